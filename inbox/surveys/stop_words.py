"""Words that tell nothing by themselves, by language, folded as `theme_words.folded` does. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    """The words of a text, in no order."""
    return frozenset(text.split())


_ENGLISH = words(
    """
a about after again all
also although always am an and another any anything are aren't around as at away back be because been before
being both but by came can can't cannot come could couldn't day days did didn't do does doesn't doing don't done
down each even ever every everything few first for from get gets getting give given go goes going good got great
had hadn't has hasn't have haven't having he hello her here hers him his how however i i'd i'll i'm i've if in
into is isn't it it's its itself just kind kindly know last least less let like little long made make many may
me might more most much must my myself need needed needs never new next nice no nor not nothing now of off often
on once one only or order other our ours out over own per perhaps please quite rather really said same say see
seen she should shouldn't since so some somebody someone something soon still such sure take taken tell than
thank thanks that that's the their them then there these they thing things think this those though three through
time times to together told too took towards tried try trying two under until up upon us use used using very
want wanted was wasn't way we week weeks well went were weren't what when where whether which while who whole
whom whose why will with without won't would wouldn't yes yet you your yours
"""
)

_RUSSIAN = words(
    """
а без более больше будет будто буду бы был была были было быть в вам вас ваш ваша ваше ваши весь вместо во
вообще вот все всего всегда всем всех вчера вы где говорят да даже два две дело день для до долго другой друг
его ее ей ему если есть еще же за заказ зачем здесь здравствуйте и из или им именно имею их к каждый как какая
какие какой когда когда-то кого конечно которая которое которые который кроме кто куда ли либо лишь лучше между
меня мне много могу мог могли может можно мой моя мы на надо нам нас наш не него нее ней нельзя нет несколько ни
нибудь никогда ним них ничего но ну нужно о об один одна одно он она они оно опять от очень первый перед по под
пока пожалуйста после потом потому почему почти при про просто раз раза разве с сам сама сами самое своего свои
свой свою себе себя сегодня сейчас сказал сказали со совсем спасибо сразу так также такая такие такое такой там
тебе тебя тем теперь то тогда того тоже той только том тот три тут ты у уже хорошо хотел хотела хоть хочу хотя
чего чем через что чтобы чуть эта эти это этого этой этом этот эту я
"""
)

STOP_WORDS: Mapping[str, frozenset[str]] = {"en": _ENGLISH, "ru": _RUSSIAN}

#: Chinese characters that no word of its own is made with, or hardly one that matters here: particles, pronouns, common
#: verbs and adverbs. Simplified and Traditional.
PARTICLES = frozenset(
    "的了着著过過是在我你您他她它们們这這那哪有没沒不也都就和与與或及很太更最又再还還把被给給让讓向对對从從到去来來"
    "上下里裡个個次一二两兩三么麼吗嗎呢吧啊呀嘛而但因为為所以如果可能会會要想说說做用后後前时時候什怎样樣请請谢謝好"
)
