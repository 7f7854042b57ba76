"""What mail programs write above a quotation, in the languages we meet: words only, the rules are in `quotes`.

Phrases are lower case and compared against lower-cased lines.
"""

from __future__ import annotations

import enum

# "On Monday, Ada wrote": the verb ends the line, or stands in the middle of a line that ends with a colon.
WROTE = (
    "wrote", "writes", "sent", "said", "schrieb", "schreibt", "geschrieben", "a écrit", "a ecrit", "écrit",
    "écrivait", "escribió", "escribio", "escribe", "ha scritto", "scritto", "scrive", "escreveu", "escreve",
    "schreef", "geschreven", "verzond", "skrev", "skrifar", "kirjoitti", "napisał", "napisała", "napisał(a)",
    "napisał/a", "pisze", "napsal", "napsala", "napsal(a)", "napísal", "napísala", "napísal(a)", "ezt írta",
    "írta", "yazdı", "şunu yazdı", "şunları yazdı", "написал", "написала", "написал(а)", "написал (а)",
    "написали", "пишет", "писал", "писала", "писал(а)", "написав", "написала", "написав(-ла)", "пише", "написа",
    "a scris", "έγραψε", "έγραψε/αν", "đã viết", "menulis", "va escriure", "je napisao", "je napisala",
    "je napisao/la", "napisao", "je pisal", "napisal", "napisala", "napisal(a)", "rašė", "rakstīja", "kirjutas",
    "כתב", "כתבה", "כתב/ה", "كتب",
    "เขียนว่า", "เขียน", "писали", "написао", "је написао", "је написао/ла", "kirjutas", "نوشت", "ezt írta",
    "napisana przez", "folgendes geschrieben", "nadesłał",
)  # fmt: skip
# Scripts without spaces between words: what stands before the verb may touch it.
WROTE_JOINED = (
    "写道", "寫道", "写到", "写信", "來信寫道", "は書きました", "さんは書きました", "のメッセージ",
    "からのメッセージ", "작성", "님이 작성", "님이 씀", "님의 말",
    "작성하였습니다", "작성했습니다", "님이 작성한 메시지", "쓴 글", "썼습니다", "のメール", "からのメール",
    "さんが書きました",
    "は書きました", "さんからのメール", "寫到",
)  # fmt: skip
QUOTING = ("quoting ", "zitat von ", "citation de ", "citando a ", "citando ", "citat från ", "цитирую ", "cytat z ")
# How such a line starts, where no date does.
STARTS = (
    "on ", "in a message", "in einer e", "dans un ", "am ", "le ", "el ", "em ", "no dia ", "il giorno ", "il ",
    "op ", "den ", "på ", "w dniu ", "dnia ", "dne ", "dňa ", "în ", "στις ", "vào ", "pada ", "‫בתאריך", "בתאריך",
    "ב-", "في ", "‫في ", "بتاريخ ", "در تاریخ ", "ในวันที่", "เมื่อ ", "在", "於", "于", "dana ", "el dia",
    "kuupäev ",
    "на ", "wiadomość napisana ", "missatge de ", "message du ", "вы писали ",
)  # fmt: skip
# The same, but words that may also stand inside such a line.
SHORT_STARTS = ("at ", "la ", "a ", "pe ", "om ", "von:", "от ", "від ", "dia ", "v ", "o ")

# A rule of dashes around these words: what follows is quoted.
ORIGINAL = (
    "original message", "original appointment", "reply message",
    "original email", "original e-mail", "ursprüngliche nachricht",
    "ursprüngliche mail", "ursprüngliche e-mail", "originalnachricht", "original-nachricht",
    "antwort nachricht", "message d'origine", "message d’origine", "message original", "message initial",
    "courriel original", "mensaje original", "correo original", "messaggio originale", "mensagem original",
    "oorspronkelijk bericht", "origineel bericht", "oprindelig meddelelse", "oprindelig besked",
    "ursprungligt meddelande", "originalmeddelande", "opprinnelig melding", "opprinnelig meddelelse",
    "alkuperäinen viesti", "oryginalna wiadomość", "wiadomość oryginalna", "původní zpráva", "původní e-mail",
    "pôvodná správa", "eredeti üzenet", "orijinal mesaj", "orjinal mesaj", "özgün ileti", "исходное сообщение",
    "оригинальное сообщение", "исходное письмо", "первоначальное сообщение", "оригінальне повідомлення",
    "вихідне повідомлення", "mesajul original", "mesaj original", "αρχικό μήνυμα", "missatge original",
    "pesan asli", "thư gốc", "tin nhắn gốc", "izvorna poruka", "originalna poruka", "原始邮件", "原始郵件",
    "原邮件", "原始訊息", "原始信件", "元のメッセージ", "オリジナルメッセージ", "원본 메일", "원본 메시지",
    "원본메일", "הודעה מקורית", "replied message", "回复的原邮件", "邮件原件", "原始信息", "回复邮件",
    "元のメール", "özgün i̇leti", "özgün ileti", "orijinal i̇leti", "orijinal ileti", "originalt meddelande",
    "original mail",
    "courriel d'origine", "e-mail d'origine", "mail original", "mail originale", "e-mail original",
    "e-mail originale",
    "email original", "correio original", "originele bericht", "původní mail", "исходный текст",
)  # fmt: skip
# These words, with a rule of dashes or a colon: what follows was passed on to us, and is the content.
FORWARDED = (
    "forwarded message", "begin forwarded message", "forwarded by", "start of forwarded message",
    "weitergeleitete nachricht", "anfang der weitergeleiteten", "weitergeleitete mail",
    "beginn der weitergeleiteten", "message transféré", "message transmis", "début du message transféré",
    "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato",
    "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "mensagem encaminhada",
    "início da mensagem encaminhada", "início da mensagem reencaminhada", "mensagem reencaminhada",
    "doorgestuurd bericht", "begin doorgestuurd bericht", "vidarebefordrat meddelande", "vidarebefordrat brev",
    "videresendt", "start på videresendt", "välitetty viesti", "välitetty viesti alkaa", "przekazana wiadomość",
    "wiadomość przekazana", "začátek přeposlané zprávy", "přeposlaná zpráva", "preposlaná správa",
    "továbbított üzenet", "iletilen ileti", "iletilen mesaj", "yönlendirilen", "пересылаемое сообщение",
    "пересланное сообщение", "начало переадресованного", "переслане повідомлення", "mesaj redirecționat",
    "mesaj redirectionat", "προωθημένο μήνυμα", "missatge reenviat", "pesan terusan", "thư chuyển tiếp",
    "转发邮件信息", "转发的邮件", "转发邮件", "被转发邮件", "轉寄郵件", "轉寄的郵件", "已轉寄郵件", "開始轉寄",
    "开始转发", "転送メッセージ", "転送されたメッセージ", "전달된 메시지", "전달된 메일", "הודעה שהועברה",
)  # fmt: skip
REPLY_ABOVE = (
    "reply above this line", "type your reply above", "write your reply above", "respond above this line",
    "antwort über dieser zeile", "antworten sie oberhalb dieser", "oberhalb dieser zeile antworten",
    "répondre au-dessus de cette ligne", "répondez au-dessus de cette ligne",
    "responda por encima de esta línea", "rispondi sopra questa riga", "ответ выше этой", "ответ над этой",
    "请在此行上方回复", "この行より上に返信",
)  # fmt: skip


class Label(enum.Enum):
    """A line of the header block some programs put above the quotation."""

    FROM = enum.auto()
    SENT = enum.auto()
    TO = enum.auto()
    SUBJECT = enum.auto()
    OTHER = enum.auto()


_LABELS = {
    Label.FROM: (
        "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "od kogo", "nadawca", "odesílatel",
        "feladó", "kimden", "gönderen", "от", "от кого", "від", "від кого", "από", "de la", "expéditeur",
        "absender", "remitente", "mittente", "remetente", "afzender", "发件人", "寄件者", "寄件人", "發件人",
        "差出人", "送信者", "보낸 사람", "보낸사람", "보낸이", "dari", "từ", "người gửi", "מאת", "من", "จาก",
        "expeditor",
    ),
    Label.SENT: (
        "sent", "date", "sent on", "sent at", "date sent", "received", "received on", "gesendet", "gesendet am",
        "datum", "envoyé", "envoyé le", "enviado", "enviados", "enviado el", "enviado em", "enviada",
        "enviada em", "fecha",
        "fecha de envío", "data", "data de envio", "inviato", "inviata", "verzonden", "skickat", "sendt",
        "dato", "lähetetty", "päivämäärä", "päiväys", "wysłano", "wysłane", "odesláno", "odoslané", "dátum",
        "elküldve", "küldve", "gönderildi", "gönderme tarihi", "tarih", "отправлено", "отправлен", "дата",
        "дата отправки", "надіслано", "відправлено", "στάλθηκε", "ημερομηνία", "trimis", "发送时间", "发送日期",
        "發送日期", "寄件日期", "수신일", "время", "створено",
        "日期", "时间", "寄件日期", "傳送時間", "傳送日期", "發送時間", "送信日時", "送信日", "日時", "日付",
        "보낸 날짜", "보낸날짜", "보낸 시간", "날짜", "tanggal", "dikirim", "ngày", "đã gửi", "נשלח", "תאריך",
        "تاريخ", "วันที่", "poslano", "poslato",
    ),
    Label.TO: (
        "to", "an", "à", "a", "para", "naar", "aan", "till", "til", "vastaanottaja", "do", "komu", "címzett",
        "kime", "alıcı", "кому", "προς", "către", "destinataire", "empfänger", "destinatario", "收件人",
        "收件者", "宛先", "受信者", "받는 사람", "받는사람", "받는이", "kepada", "đến", "người nhận", "אל",
        "إلى", "ถึง", "za", "prima",
    ),
    Label.SUBJECT: (
        "subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne", "aihe",
        "temat", "předmět", "predmet", "tárgy", "konu", "тема", "θέμα", "subiect", "主题", "主旨", "主題",
        "件名", "題名", "제목", "subjek", "perihal", "chủ đề", "tiêu đề", "נושא", "الموضوع", "เรื่อง", "sujet",
        "ogg", "主 题",
        "assumpte", "zadeva",
    ),
    Label.OTHER: (
        "cc", "bcc", "kopie", "kopia", "kopi", "copie", "copia", "cópia", "копия", "копія", "抄送", "副本",
        "참조", "bilgi", "reply-to", "antwort an", "importance", "wichtigkeit", "priority", "priorität",
        "attachments", "anlagen", "pièces jointes", "datos adjuntos", "allegati", "anexos", "bijlagen",
        "bilagor", "вложения", "附件", "添付ファイル", "organization", "organisation", "newsgroups",
        "message-id", "x-mailer",
    ),
}  # fmt: skip
# Some programs put spaces between the characters of a short Chinese word; they don't count.
LABELS = {word.replace(" ", ""): label for label, words in _LABELS.items() for word in words}
# A rule of dashes on both sides of exactly one of these words.
ORIGINAL_ALONE = frozenset({"original", "original message", "forwarded", "原文"})

# "Sent from my phone": begins so ...
SENT_FROM = (
    "sent from ", "sent via ", "sent using ", "sent with ", "send from my ", "sent by ", "get outlook for ",
    "download outlook for ", "von meinem ", "von meiner ", "gesendet von ", "gesendet mit ", "gesendet aus ",
    "gesendet über ", "diese nachricht wurde von meinem ", "holen sie sich outlook", "outlook für ",
    "laden sie outlook", "envoyé de ", "envoyé depuis ", "envoyé à partir ", "envoyé avec ", "envoyé via ",
    "télécharger outlook", "obtenez outlook", "obtenir outlook", "enviado desde ", "enviado de ", "enviado do ",
    "enviado con ", "enviado a partir ", "enviado pelo ", "obtener outlook", "obter o outlook", "inviato da ",
    "inviato dal ", "inviato con ", "ottieni outlook", "scarica outlook", "verstuurd vanaf ",
    "verstuurd vanuit ", "verzonden vanaf ", "verzonden met ", "verzonden vanuit ", "skickat från ",
    "hämta outlook", "sendt fra ", "hent outlook", "lähetetty ", "wysłane z ", "wysłano z ", "pobierz outlook",
    "odesláno z ", "odoslané z ", "отправлено с ", "отправлено из ", "отправлено от ", "скачать outlook",
    "надіслано з ", "trimis de pe ", "στάλθηκε από ", "đã gửi từ ", "dikirim dari ", "get bluemail",
    "get aqua mail", "get protonmail", "get typeapp",
    "download outlook", "pobierz aplikację outlook", "verschickt von ", "verschickt mit ", "provenance : ",
    "envoyé d",
    "enviado via ", "enviada do ", "enviada via ", "enviado por ", "skickades från ", "skickat med ", "sendt med ",
    "sendt via ", "відправлено з ", "надіслано із ", "נשלח מ", "elküldve ", "küldve ", "trimis din ", "enviat des ",
    "أُرسلت من", "أرسلت من", "مرسل من", "dikirim ", "poslano ", "poslato ", "odesláno ", "odoslané ", "отправлено ",
    "gönderen: ", "发自我的", "發自我的", "从我的", "從我的", "来自我的", "發自", "发自", "获取 outlook",
    "取得 outlook",
)  # fmt: skip
# ... or ends so.
SENT_FROM_ENDS = (
    "gesendet", "から送信", "에서 보냄", "에서 전송", "gönderildi", "发送", "傳送", "beziehen", "herunterladen",
    "を入手", "다운로드", "에서 보냈습니다", "에서 전송됨", "から送信されました", "傳送", "寄出", "发出",
)  # fmt: skip
ENDS_NEED = (
    "iphone", "ipad", "android", "handy", "smartphone", "outlook", "galaxy", "mobil", "phone", "telefon",
    "huawei", "xiaomi", "スマートフォン", "手机", "手機", "휴대폰", "나의", "von mein", "unterwegs", "windows",
    "samsung", "mac",
)  # fmt: skip

# Words after which a line that begins so may be longer.
DEVICES = (
    "iphone", "ipad", "samsung", "galaxy", "blackberry", "android", "outlook", "windows", "huawei", "xiaomi",
    "nokia",
    "newton mail", "yahoo mail", "protonmail", "proton mail", "mail.ru", "яндекс", "mi phone", "htc", "lumia",
)  # fmt: skip

# A subject that says that what follows below was passed on.
FORWARD_SUBJECTS = (
    "fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "enc:", "doorst:", "vb:", "vs:", "vl:", "pd:", "ilt:", "пересл:",
    "转发:", "转发：", "轉寄:", "轉寄：", "転送:", "전달:", "fw：", "fwd：",
)  # fmt: skip
