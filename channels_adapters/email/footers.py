"""What companies, virus scanners and mail gateways add to a letter: notices nobody wrote for this reader."""

from __future__ import annotations

from collections.abc import Sequence

_LOOKED_AT = 60
_MAX_PARAGRAPH = 40
_MAX_LENGTH = 6000
_MATTERS_NEEDED = 2
# How such a paragraph begins ...
_BEGINNINGS = (
    "confidential", "disclaimer", "this e-mail", "this email", "this message", "this mail", "this communication",
    "this transmission", "the information", "the content", "the above", "important:", "important notice",
    "important note", "important information", "warning:", "privileged", "private notice", "legal notice",
    "notice:",
    "notice to", "please consider", "please think", "think before", "consider the environment", "save a tree",
    "save paper", "before printing", "virus-free", "virus free", "no virus found", "scanned by", "e-mail scanned",
    "if you are not the", "if you have received this", "information from eset", "unless otherwise stated",
    "any views", "caution:", "external:", "external email", "external sender", "[external", "diese e-mail",
    "diese email", "diese mail", "diese nachricht", "der inhalt dieser", "die information", "die in dieser",
    "vertraulich", "wichtiger hinweis", "hinweis:", "haftungsausschluss", "virenfrei", "bitte denken sie",
    "bitte prüfen sie", "bitte beachten sie die umwelt", "bevor sie diese", "achtung:", "ce message", "ce courriel",
    "ce mail", "cet e-mail", "cet email", "avis de confid", "avis :", "avertissement", "l'absence de virus",
    "garanti sans virus", "pensez à", "avant d'imprimer", "avant d’imprimer", "les informations", "ce document",
    "este mensaje", "este correo", "este email", "este e-mail", "aviso", "antes de imprimir", "la información",
    "esta información", "la presente", "libre de virus", "advertencia", "questo messaggio", "questa e-mail",
    "questa email", "questa comunicazione", "le informazioni", "avviso di", "avvertenza", "ai sensi",
    "privo di virus",
    "prima di stampare", "il presente", "esta mensagem", "esta comunicação", "as informações", "a informação",
    "antes de imprimir", "livre de vírus", "dit bericht", "dit e-mailbericht", "deze e-mail", "deze email",
    "de informatie", "de inhoud", "aan dit bericht", "denk aan", "virusvrij", "waarschuwing", "detta meddelande",
    "detta e-post", "det här meddelandet", "informationen i", "tänk på", "varning", "denne e-mail", "denne mail",
    "denne e-post", "denne meddelelse", "tenk på", "tämä viesti", "tämä sähköposti", "ta wiadomość",
    "niniejsza", "niniejszy", "treść t", "informacje zawarte", "pomyśl", "uwaga", "wolny od wirusów",
    "tato zpráva", "tento e-mail", "toto sdělení", "informace obsažené", "upozornění", "bu e-posta", "bu eposta",
    "bu mesaj", "bu ileti", "это сообщение", "это письмо", "это электронное", "данное сообщение", "данное письмо",
    "настоящее сообщение", "настоящее электронное", "информация", "без вирусов", "внимание", "проверено на вирусы",
    "цей лист", "це повідомлення", "це електронне", "інформація", "увага", "本邮件", "本郵件", "本電子郵件",
    "本电子邮件",
    "此邮件", "此郵件", "此電子郵件", "此电子邮件", "这封邮件", "免责声明", "免責聲明", "保密", "機密",
    "この電子メール",
    "このメール", "このeメール", "本メール", "本電子メール", "免責事項", "이 메일", "이 이메일", "이 전자",
    "본 메일", "본 이메일",
    "본 전자", "הודעה זו", "מסר זה", "דואר זה", "המידע", "thư này", "email này", "thông tin", "lưu ý",
)  # fmt: skip
# ... and what it speaks of.
_MATTERS = (
    "confiden", "privileg", "intended recipient", "intended only", "intended for", "sole use", "unauthor",
    "disclos",
    "legally", "virus", "antivirus", "avast", "before printing", "environment", "originated from outside",
    "outside of the organi", "outside your organi", "outside the organi", "external sender", "unless you recognize",
    "unless you trust", "vertraulich", "geschützt", "empfänger", "adressat", "umwelt", "ausdruck", "drucken",
    "außerhalb der organisation", "extern", "confident", "destinat", "imprimer", "environnement", "strictement",
    "confidencial", "imprimir", "medio ambiente", "reservad", "riservat", "stampare", "ambiente", "d.lgs", "gdpr",
    "vertrouwelijk", "geadresseerd", "bestemd", "printen", "milieu", "konfident", "avsedd", "miljö", "fortrolig",
    "beregnet", "luottamuks", "tarkoitettu", "poufn", "adresat", "wydrukow", "środowisk", "wirus", "důvěrn",
    "určen",
    "adresát", "gizli", "alıcı", "конфиденц", "адресат", "получател", "предназнач", "вирус", "печат", "конфіден",
    "одержувач", "вірус", "机密", "保密", "機密", "收件人", "收件者", "病毒", "秘密", "受信者", "名宛人", "宛先",
    "기밀", "수신인",
    "수신자", "비밀", "סודי", "חסוי", "מיועד", "bảo mật", "người nhận", "bí mật",
)  # fmt: skip


def footer_lines(lines: Sequence[str], begun: int, end: int) -> set[int]:
    """Numbers of the lines between `begun` and `end` that are notices: among the last ones, and a first banner.

    A notice is never all there is: what would leave nothing stays.
    """
    found: set[int] = set()
    last = begun
    while last < end and not lines[last].strip():
        last += 1
    first_end = _paragraph_end(lines, last, end)
    if begun == 0 and first_end < end and _is_notice(lines, last, first_end):
        found.update(range(last, first_end))
    number = max(first_end, end - _LOOKED_AT)
    while number < end:
        if lines[number].strip():
            until = _paragraph_end(lines, number, end)
            if _opens_paragraph(lines, number) and _is_notice(lines, number, until):
                found.update(range(number, until))
                above = number - 1
                while above >= begun and not lines[above].strip(" -_=*"):
                    above -= 1
                found.update(range(above + 1, number))
            number = until
        number += 1
    return found


def _opens_paragraph(lines: Sequence[str], number: int) -> bool:
    return number == 0 or not lines[number - 1].strip(" -_=*~")


def _paragraph_end(lines: Sequence[str], number: int, end: int) -> int:
    while number < end and lines[number].strip():
        number += 1
    return number


def _is_notice(lines: Sequence[str], begun: int, end: int) -> bool:
    if end - begun > _MAX_PARAGRAPH:
        return False
    while begun < end and not lines[begun].strip(" -_=*~"):
        begun += 1
    if begun == end or not _bare(lines[begun][:80]).startswith(_BEGINNINGS):
        return False
    text = " ".join(lines[begun:end])[:_MAX_LENGTH].lower()
    # One such word stands in many a letter; a notice is full of them.
    return sum(matter in text for matter in _MATTERS) >= _MATTERS_NEEDED


def _bare(line: str) -> str:
    # A green tree in Webdings stands there as the letter P.
    return line.strip(" \t*_-=~!|[\xa0").removeprefix("P ").lower()
