"""Simplified Chinese tickets about shoes, praise and the return label."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer, note

STORIES = (
    Story(
        key="zh-vegan",
        language="zh-hans",
        team="shipping",
        tags=("product",),
        priority="low",
        subjects=("Havn Sneaker 是纯素材料吗？",),
        turns=(
            customer(
                "我吃素，也不穿皮和羊毛。Havn Sneaker 的鞋面写的是织物，那鞋垫和胶水呢？",
                "想找一双不含动物材料的冬靴，有推荐吗？内衬是什么做的？",
            ),
            agent(
                "我专门问了工坊：Havn Sneaker 除了鞋垫里有一层薄羊毛毡，其余都不含动物成分。可以免费换成软木鞋垫，"
                "这样就全部符合了。需要我备注到订单上吗？"
            ),
            customer("需要，{size}码，谢谢！"),
            agent("备注好了，正常下单即可，软木鞋垫会放在盒子里。"),
        ),
        opinions=(Opinion(5, "特地去问了工坊，很感动。"),),
    ),
    Story(
        key="zh-size",
        language="zh-hans",
        team="shipping",
        tags=("size", "product"),
        priority="low",
        subjects=("脚宽怎么选码？", "Skog Hiker 偏大还是偏小？"),
        turns=(
            customer(
                "脚长 25.3 厘米，脚掌宽，脚背高，别的牌子有时{size}码有时{bigger}码。冬天想穿厚袜子，该选哪个？",
                "第一次买你们家的鞋，请问 Skog Hiker 按平时的运动鞋码买可以吗？",
            ),
            agent(
                "按这个脚型，建议选{bigger}码：这款是宽楦，鞋带能调节脚背。穿厚袜子时可以先把鞋垫拿出来，大约能多半"
                "码。万一不合适，换货运费我们出。"
            ),
            customer(
                "买了{bigger}码，非常合脚！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "推荐的尺码刚刚好。"),
            Opinion(5),
        ),
    ),
    Story(
        key="zh-care",
        language="zh-hans",
        team="shipping",
        tags=("care",),
        priority="low",
        subjects=("鞋面上的盐渍怎么清洁？",),
        turns=(
            customer(
                "下雪之后 Vinter Boot 上有一圈白色的盐渍，擦不掉，怎么处理才不伤皮面？",
                "Vinter Boot 用什么鞋蜡比较好，多久保养一次？说明书只有图。",
            ),
            agent(
                "温水里加一勺醋，轻轻按压，不要来回擦；里面塞报纸阴干，别靠近暖气。干了以后薄薄上一层无色鞋蜡，冬天"
                "一个月一次就够。"
            ),
            customer(
                "试了，真的干净了！",
                wait=(16, 40),
            ),
        ),
        opinions=(Opinion(5, "很实用的办法。"),),
    ),
    Story(
        key="zh-praise",
        language="zh-hans",
        team="shipping",
        tags=("praise",),
        priority="low",
        subjects=("没有问题，就是想说声谢谢",),
        turns=(
            customer(
                "穿着你们的鞋走完了六百公里的徒步路线，一个水泡都没有。请转告做鞋的师傅们。",
                "上次换货的事处理得太好了，今天又买了一双，特地写信说声谢谢。",
            ),
            agent("您的信让我们高兴了一整天！喝咖啡的时候念给大家听了，现在贴在工坊的墙上。谢谢您特地写来！"),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "居然把我的信贴在墙上了。"),
        ),
    ),
    Story(
        key="zh-agent-shop",
        language="zh-hans",
        team="shipping",
        tags=("wholesale",),
        priority="normal",
        subjects=("咨询批发合作",),
        turns=(
            customer("我们在{city}有三家买手店，想引进 {shoe}，第一批大约八十双。请问批发价、起订量和交期是怎样的？"),
            agent(
                Wording(
                    (
                        "感谢您的关注！批发价目表在附件里：60 双起订，可以混码，享六五折，交期约三周。想请总监 Maja"
                        " Holm 本周和您通个电话，您哪天方便？"
                    ),
                    files=("price-list.pdf",),
                ),
            ),
            customer("周四下午（北京时间）可以。"),
            agent("好的，周四北京时间下午三点，Maja 会用英语与您通话，我也会一起参加，可以随时翻译。"),
        ),
        opinions=(Opinion(5, "专业。"),),
    ),
    Story(
        key="zh-label-printer",
        language="zh-hans",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("没有打印机怎么退货？", "退货标签一定要自己打印吗？"),
        turns=(
            customer(
                (
                    "想退订单 {order} 的 {shoe}，退货页面让我自己打印标签。家里没有打印机，公司也不让打私人文件，有"
                    "别的办法吗？"
                ),
                "退货一定要打印标签吗？我只有手机。附近的打印店早就关门了。",
            ),
            agent(
                "很理解您的不便，非常抱歉。目前标签还需要打印。便利店、图书馆或文印店一般可以打印一页，费用请把小票"
                "发给我，会和退款一起退给您。"
            ),
            customer("跑了三家店才打出来，一张纸花了一下午。"),
        ),
        opinions=(
            Opinion(1, "退货标签要自己打印，家里没有打印机，跑了三家店。"),
            Opinion(2, "客服态度很好，但是自己打印标签真的太麻烦了。"),
            Opinion(1, "为了一张标签折腾半天，差点不想退了。"),
        ),
        label_era="before",
    ),
    Story(
        key="zh-label-barcode",
        language="zh-hans",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("退货标签条码扫不出来",),
        turns=(
            customer(
                "自己打印的退货标签，快递员说条码扫不出来，不收。订单 {order}，退货期快到了，怎么办？",
                "标签打印出来分成了四张纸，拼起来快递站也不认。能不能直接给我一个码，让快递员扫手机？",
            ),
            note("Second Chinese customer today who asks for a code to scan from the phone. @Maja"),
            agent(
                "对不起，让您白跑一趟。打印时请选择“适合页面”，标签就会印在一张纸上。退货期我已经延长两周，您不用"
                "着急。扫手机的办法现在还没有，您的建议我已经转给物流同事。"
            ),
            customer("第二次终于收了。真心希望以后不用打印。"),
        ),
        opinions=(
            Opinion(2, "标签打印了两次才能用，国内早就不用打印了。"),
            Opinion(1, "打印标签太麻烦。"),
        ),
        label_era="before",
    ),
    Story(
        key="zh-label-qr",
        language="zh-hans",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("退货还需要打印标签吗？", "怎么用二维码退货？"),
        turns=(
            customer(
                "上次退货为了打印标签跑了半个城，这次想退 {shoe}（订单 {order}），还是要打印吗？",
                "听朋友说现在退货可以扫二维码，不用打印了，请问怎么操作？订单 {order}。",
            ),
            agent(
                Wording(
                    (
                        "现在不用打印了！您的专属二维码就在这封邮件下面，到任意 {carrier} 网点或快递柜出示手机，工"
                        "作人员会打印并贴好标签。"
                    ),
                    files=("return-code.png",),
                ),
            ),
            customer(
                "两分钟就搞定了，比上次方便太多！",
                wait=(4, 30),
            ),
        ),
        opinions=(
            Opinion(5, "扫码退货，不用打印，太方便了。"),
            Opinion(5, "上次要自己打印标签，这次两分钟搞定，进步很大。"),
            Opinion(4, "比以前自己打印方便多了。"),
        ),
        label_era="after",
    ),
    Story(
        key="zh-label-thanks",
        language="zh-hans",
        team="shipping",
        tags=("label", "returns", "praise"),
        priority="low",
        subjects=("二维码退货很好用",),
        turns=(
            customer(
                "之前抱怨过退货标签要自己打印，今天用了新的二维码，快递柜直接扫就好。谢谢你们听进去了！",
                "妈妈不会用打印机，这次用二维码自己就把鞋退了，她很得意。特地来说声谢谢。",
            ),
            agent(
                "正是因为您和其他几位顾客的反馈，我们才改成了二维码。谢谢您特地回来告诉我们，也请代问家人好！退款已"
                "经在路上了。"
            ),
        ),
        opinions=(
            Opinion(5, "提的意见真的被采纳了！"),
            Opinion(5),
        ),
        label_era="after",
    ),
)
