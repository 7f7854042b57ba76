"""Messages inside wrappings, and invitations."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tnefparse import TNEF

from channels_adapters.contracts import AttachmentKind, CalendarEntry, CalendarMethod, InboundMessage
from channels_adapters.email.rtf import decompress
from tests.channels_adapters.email.mails import coded, letter, multipart, part
from tests.channels_adapters.email.reading import message
from tests.channels_adapters.email.wrappings import (
    HTML_IN_RTF,
    attribute,
    cms,
    compressed,
    packed_file,
    properties,
    winmail,
)

TNEF_TYPE = "application/ms-tnef; name=winmail.dat"


def files(found: InboundMessage) -> list[tuple[str, str, bytes | None]]:
    """Names, types and bytes of the attachments."""
    return [(one.filename, one.content_type, one.content) for one in found.attachments]


def test_the_files_in_a_winmail_dat_come_out_of_it() -> None:
    packed = winmail(packed_file("Größe 42.pdf", b"PDF"), packed_file("shoe.png", b"PNG"))
    assert [(one.long_filename(), one.data) for one in TNEF(packed).attachments] == [
        ("Größe 42.pdf", b"PDF"),
        ("shoe.png", b"PNG"),
    ]
    found = message(multipart("mixed", part(b"see"), coded(packed, TNEF_TYPE)))
    assert (found.text, files(found)) == (
        "see",
        [("Größe 42.pdf", "application/pdf", b"PDF"), ("shoe.png", "image/png", b"PNG")],
    )


@pytest.mark.parametrize(
    ("body", "text", "html"),
    [
        (attribute(1, 0x800C, b"plain\r\ntext\0"), "plain\ntext", ""),
        (attribute(1, 0x9003, properties((258, 0x1013, b"<p>rich</p>"))), "rich", "<p>rich</p>"),
        (attribute(1, 0x9003, properties((31, 0x1000, "Größe".encode("utf-16-le")))), "Größe", ""),
        (attribute(1, 0x9003, properties((258, 0x1009, compressed(HTML_IN_RTF)))), "Grüße €", "<p>Grüße €</p>"),
        (attribute(1, 0x9003, properties((258, 0x1009, compressed(rb"{\rtf1 {\*\x y}Gr\'fc\par b}")))), "Grü\nb", ""),
    ],
    ids=["plain", "html", "unicode", "html in rtf", "rtf"],
)
def test_the_body_in_a_winmail_dat_is_shown_where_the_mail_has_no_other(body: bytes, text: str, html: str) -> None:
    alone = message(multipart("mixed", coded(winmail(body), TNEF_TYPE)))
    beside = message(multipart("mixed", part(b"see"), coded(winmail(body), TNEF_TYPE)))
    assert (alone.text, alone.html, alone.attachments, beside.text) == (text, html, (), "see")


def test_compressed_rtf_is_expanded() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232"
        "0af32068656c090020627705b06c647d0a800fa0"
    )  # fmt: skip
    assert decompress(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


@pytest.mark.parametrize(
    "broken",
    [b"no tnef at all", winmail(packed_file("a.pdf", b"PDF"))[:-20], winmail(b"\x07" * 40)],
    ids=["other", "cut", "wrong level"],
)
def test_a_broken_winmail_dat_stays_as_it_is(broken: bytes) -> None:
    found = message(multipart("mixed", part(b"see"), coded(broken, TNEF_TYPE)))
    assert files(found) == [("winmail.dat", "application/ms-tnef", broken)]


INNER = multipart("mixed", part("Größe 42".encode()), coded(b"PDF", "application/pdf; name=bill.pdf"), boundary="in")


@pytest.mark.parametrize("endless", [False, True])
def test_a_mail_signed_as_a_whole_is_unwrapped(endless: bool) -> None:
    wrapped = cms(INNER, endless=endless)
    raw = multipart("mixed", coded(wrapped, "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"))
    found = message(raw)
    assert (found.text, found.unsupported, files(found)) == (
        "Größe 42",
        "",
        [("smime.p7m", "application/pkcs7-mime", wrapped), ("bill.pdf", "application/pdf", b"PDF")],
    )


@pytest.mark.parametrize(
    ("content", "content_type", "reason"),
    [
        (cms(b"x", kind="2a864886f70d010703"), "application/pkcs7-mime", "The message is encrypted (S/MIME)."),
        (b"?", "application/x-pkcs7-mime; smime-type=enveloped-data", "The message is encrypted (S/MIME)."),
        (b"?", "application/pkcs7-mime", "The message is encrypted or signed as a whole (S/MIME)."),
        (b"?", "application/octet-stream; name=a.bin", ""),
    ],
)
def test_what_is_encrypted_says_so(content: bytes, content_type: str, reason: str) -> None:
    assert message(multipart("mixed", part(b"see"), coded(content, content_type))).unsupported == reason


def test_a_signature_beside_the_text_stays_an_attachment() -> None:
    signature = part(b"sig", "application/pgp-signature; name=signature.asc")
    found = message(multipart("signed; protocol=application/pgp-signature", part(b"Hello"), signature))
    assert (found.text, files(found)) == ("Hello", [("signature.asc", "application/pgp-signature", b"sig")])


def test_a_text_signed_in_the_clear_is_shown_without_its_frame() -> None:
    frame = "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----"
    body = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello\n- -- \nBo\n{frame}\n"
    found = message(letter(body=body))
    assert (found.text, found.full_text.strip(), files(found)) == (
        "Hello",
        "Hello\n-- \nBo",
        [("signature.asc", "application/pgp-signature", frame.encode())],
    )


def test_an_encrypted_text_says_so() -> None:
    found = message(letter(body="-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"))
    assert found.unsupported == "The message is encrypted (OpenPGP)."


INVITATION = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Our Time
BEGIN:STANDARD
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:meet-1@larsen.example
DTSTART;TZID=W. Europe Standard Time:20180305T120000
DURATION:PT1H30M
SUMMARY;LANGUAGE=de:Anprobe\\, Größe 42
LOCATION:Laden
ORGANIZER;CN="Larsen, Bo":MAILTO:Bo@Larsen.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:support@shop.example
RRULE:FREQ=WEEKLY;COUNT=3
DESCRIPTION:Bitte die Schuhe\\nmit
 bringen.
BEGIN:VALARM
SUMMARY:not this
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
"""
ENTRY = CalendarEntry(
    CalendarMethod.REQUEST,
    "meet-1@larsen.example",
    summary="Anprobe, Größe 42",
    starts_at=datetime(2018, 3, 5, 11, tzinfo=UTC),
    ends_at=datetime(2018, 3, 5, 12, 30, tzinfo=UTC),
    zone="W. Europe Standard Time",
    place="Laden",
    organizer="bo@larsen.example",
    repeats="FREQ=WEEKLY;COUNT=3",
)


def calendar_of(text: str) -> tuple[CalendarEntry, ...]:
    """The entries of a calendar attached to a letter."""
    return message(multipart("mixed", part(b"see"), part(text.encode(), "text/calendar; charset=utf-8"))).calendar


def test_an_invitation_tells_what_when_where_and_who() -> None:
    invitation = part(INVITATION.encode(), "text/calendar; charset=utf-8; method=REQUEST")
    found = message(multipart("alternative", part(b"Come"), invitation))
    kinds = [(one.kind, one.content) for one in found.attachments]
    assert (found.text, found.calendar, kinds) == ("Come", (ENTRY,), [(AttachmentKind.CALENDAR, INVITATION.encode())])


def test_a_mail_that_is_only_an_invitation_can_be_read() -> None:
    found = message(letter("Content-Type: text/calendar; charset=utf-8", body=INVITATION))
    assert (found.text, found.calendar) == (
        "Anprobe, Größe 42\n2018-03-05 12:00 W. Europe Standard Time\nLaden\n\nBitte die Schuhe\nmitbringen.",
        (ENTRY,),
    )


def test_the_same_meeting_as_text_and_as_file_is_one() -> None:
    file = coded(INVITATION.encode(), "application/octet-stream; name=invite.ics")
    raw = multipart("mixed", part(b"see"), part(INVITATION.encode(), "text/calendar; charset=utf-8"), file)
    found = message(raw)
    assert (found.calendar, [one.kind for one in found.attachments]) == ((ENTRY,), [AttachmentKind.CALENDAR] * 2)


@pytest.mark.parametrize(
    ("lines", "starts_at", "all_day"),
    [
        ("DTSTART;VALUE=DATE:20180305", datetime(2018, 3, 5, tzinfo=UTC), True),
        ("DTSTART:20180305T120000Z", datetime(2018, 3, 5, 12, tzinfo=UTC), False),
        ("DTSTART:20180305T120000", datetime(2018, 3, 5, 12, tzinfo=UTC), False),
        ("DTSTART;TZID=Europe/Berlin:20180705T120000", datetime(2018, 7, 5, 10, tzinfo=UTC), False),
        (
            "DTSTART;TZID=/citadel.org/2021/America/New_York:20180305T120000",
            datetime(2018, 3, 5, 17, tzinfo=UTC),
            False,
        ),
        ("DTSTART;TZID=Our Time:20180305T120000", datetime(2018, 3, 5, 6, 30, tzinfo=UTC), False),
        ("DTSTART;TZID=../../etc/passwd:20180305T120000", datetime(2018, 3, 5, 12, tzinfo=UTC), False),
        ("DTSTART:nonsense", None, False),
        ("DTSTART:20189999T120000", None, False),
    ],
)
def test_times_are_read_in_their_zone(lines: str, starts_at: datetime | None, all_day: bool) -> None:
    text = INVITATION.replace("DTSTART;TZID=W. Europe Standard Time:20180305T120000", lines)
    (found,) = calendar_of(text)
    assert (found.starts_at, found.all_day) == (starts_at, all_day)


def test_answers_and_cancellations_are_told_apart() -> None:
    reply = INVITATION.replace("METHOD:REQUEST", "METHOD:REPLY")
    cancelled = INVITATION.replace("METHOD:REQUEST", "METHOD:CANCEL")
    published = INVITATION.replace("METHOD:REQUEST\n", "")
    assert [(one.method, one.answer) for text in (reply, cancelled, published) for one in calendar_of(text)] == [
        (CalendarMethod.REPLY, "accepted"),
        (CalendarMethod.CANCEL, ""),
        (CalendarMethod.PUBLISH, ""),
    ]


def test_a_calendar_without_end_holds_no_more_than_fifty() -> None:
    events = "".join(f"BEGIN:VEVENT\nUID:{n}\n" for n in range(90))
    assert [one.uid for one in calendar_of(f"BEGIN:VCALENDAR\n{events}")] == [str(n) for n in range(50)]
