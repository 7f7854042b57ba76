"""What the DNS says of a mail domain, judged: records as people publish them, and what to add to them."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_adapters.email.dns_reading import Resolver, advice
from channels_adapters.email.domain import (
    Grade,
    Zone,
    followed,
    judge,
    judge_dkim,
    judge_dmarc,
    judge_mx,
    judge_spf,
    merged,
)
from channels_adapters.email.providers import provider_of
from channels_adapters.wording import say
from tests.channels_adapters.email.name_server import NameServer

GOOGLE = provider_of("smtp.gmail.com")
DOMAIN = "nordlys.example"
LONG_KEY = base64.b64encode(bytes(294)).decode()
SHORT_KEY = base64.b64encode(bytes(162)).decode()


def key(selector: str) -> str:
    return f"{selector}._domainkey.{DOMAIN}"


@pytest.mark.parametrize(
    ("texts", "grade", "record"),
    [
        (("v=spf1 include:_spf.google.com ~all", "other=1"), "good", ""),
        (("V=SPF1 include:_spf.google.com -all",), "good", ""),
        ((), "bad", "v=spf1 include:_spf.google.com ~all"),
        (("v=spf1 mx -all",), "bad", "v=spf1 mx include:_spf.google.com -all"),
        (("v=spf1 mx", "v=spf1 a ~all"), "bad", "v=spf1 mx a include:_spf.google.com ~all"),
        (("v=spf1 include:_spf.google.com +all",), "bad", "v=spf1 include:_spf.google.com ~all"),
        (("v=spf1 include:_spf.google.com all",), "bad", "v=spf1 include:_spf.google.com ~all"),
        (("v=spf1 include:_spf.google.com",), "weak", "v=spf1 include:_spf.google.com ~all"),
        (("v=spf1 redirect=_spf.google.com",), "good", ""),
        (("v=spf10 nonsense",), "bad", "v=spf1 include:_spf.google.com ~all"),
    ],
)
def test_spf_has_one_record_that_names_the_provider_and_ends(texts: tuple[str, ...], grade: str, record: str) -> None:
    found = judge_spf(Zone(DOMAIN, texts=texts), server="smtp.gmail.com", provider=GOOGLE)
    assert (found.grade, found.record, found.host) == (grade, record, DOMAIN)


@pytest.mark.parametrize(
    ("server", "texts", "grade", "record"),
    [
        ("mail.nordlys.example", (), "bad", "v=spf1 a:mail.nordlys.example ~all"),
        ("mail.nordlys.example", ("v=spf1 a -all",), "good", ""),
        ("", (), "bad", "v=spf1 ~all"),
        ("smtp.postmarkapp.com", (), "weak", "v=spf1 ~all"),
        ("smtp.postmarkapp.com", ("v=spf1 -all",), "good", ""),
    ],
)
def test_spf_of_servers_that_are_nobodys_or_send_under_their_own_name(
    server: str, texts: tuple[str, ...], grade: str, record: str
) -> None:
    found = judge_spf(Zone(DOMAIN, texts=texts), server=server, provider=provider_of(server))
    assert (found.grade, found.record) == (grade, record)


def test_a_provider_included_by_an_included_record_is_named_and_too_many_look_ups_are_told() -> None:
    record = "v=spf1 include:all.nordlys.example -all"
    named = Zone(DOMAIN, texts=(record,), included=frozenset({"_spf.google.com"}), lookups=5)
    many = Zone(DOMAIN, texts=(record,), included=frozenset({"_spf.google.com"}), lookups=11)
    assert [judge_spf(zone, server="", provider=GOOGLE).grade for zone in (named, many)] == ["good", "bad"]


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ({}, (3, {"a.example", "b.example", "c.example"})),
        ({"a.example": "v=spf1 mx a:x.example/24 ip4:192.0.2.1 -all"}, (5, {"a.example", "b.example", "c.example"})),
        ({"c.example": "v=spf1 include:d.example"}, (4, {"a.example", "b.example", "c.example", "d.example"})),
        ({"a.example": "v=spf1 include:a.example"}, (40, {"a.example", "b.example", "c.example"})),
        ({"a.example": "no spf"}, (3, {"a.example", "b.example", "c.example"})),
    ],
)
def test_look_ups_are_counted_as_receivers_count_them(zone: dict[str, str], told: tuple[int, set[str]]) -> None:
    record = "v=spf1 include:a.example +include:B.example redirect=c.example"
    assert followed(record, lambda name: [zone[name]] if name in zone else []) == told


TERMS = st.lists(st.sampled_from(["mx", "a", "ip4:192.0.2.0/24", "include:a.example", "-all", "~all", "+all", "?all"]))


@given(st.lists(TERMS, max_size=3), st.sampled_from(["", "_spf.google.com", "a.example", "a:mail.example"]))
def test_the_record_to_add_is_good_and_loses_nothing(records: list[list[str]], wanted: str) -> None:
    made = merged([" ".join(["v=spf1", *terms]) for terms in records], wanted)
    kept = {term for terms in records for term in terms if not term.endswith("all")}
    assert kept <= set(made.split())
    assert (made.split()[0], made.split()[-1] in ("-all", "~all"), made.count("all") - made.count("a.all")) == (
        "v=spf1",
        True,
        1,
    )
    assert merged([made], wanted) == made


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({}, [("weak", key("google"))]),
        ({"google": (f"v=DKIM1; k=rsa; p={LONG_KEY}",)}, [("good", key("google"))]),
        ({"x": (f"v=DKIM1; p={SHORT_KEY}",), "y": ("v=DKIM1; p=",)}, [("weak", key("x")), ("bad", key("y"))]),
        ({"x": ("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",)}, [("good", key("x"))]),
        ({"x": ("p=not base64!",)}, [("bad", key("x"))]),
        (None, [("unknown", DOMAIN)]),
    ],
)
def test_keys_are_there_long_enough_and_not_withdrawn(
    keys: dict[str, tuple[str, ...]] | None, told: list[tuple[str, str]]
) -> None:
    assert [(found.grade, found.host) for found in judge_dkim(Zone(DOMAIN, keys=keys), provider=GOOGLE)] == told


@pytest.mark.parametrize(
    ("policies", "grade", "record"),
    [
        ((), "bad", "v=DMARC1; p=none; rua=mailto:postmaster@nordlys.example"),
        (("v=DMARC1; p=none; rua=mailto:a@x.example",), "weak", "v=DMARC1; p=quarantine; rua=mailto:a@x.example"),
        (("v=DMARC1;p=reject",), "good", ""),
        (("v=DMARC1; p=QUARANTINE; pct=50",), "good", ""),
        (("v=DMARC1; rua=mailto:a@x.example",), "bad", "v=DMARC1; p=none; rua=mailto:postmaster@nordlys.example"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "bad", "v=DMARC1; p=none"),
        (("v=spf1 -all",), "bad", "v=DMARC1; p=none; rua=mailto:postmaster@nordlys.example"),
        (None, "unknown", ""),
    ],
)
def test_a_policy_is_there_and_does_something(policies: tuple[str, ...] | None, grade: str, record: str) -> None:
    found = judge_dmarc(Zone(DOMAIN, policies=policies))
    assert (found.grade, found.record) == (grade, record)


@pytest.mark.parametrize(
    ("servers", "grade", "record"),
    [
        (("10 mx.x.example.",), "good", ""),
        ((), "bad", "1 smtp.google.com"),
        (("0 .",), "bad", ""),
        (None, "unknown", ""),
    ],
)
def test_answers_have_somewhere_to_arrive(servers: tuple[str, ...] | None, grade: str, record: str) -> None:
    found = judge_mx(Zone(DOMAIN, mail_servers=servers), provider=GOOGLE)
    assert (found.grade, found.record) == (grade, record)


@given(st.lists(st.text(max_size=60), max_size=3), st.text(max_size=60))
def test_whatever_a_domain_publishes_is_judged(texts: list[str], key: str) -> None:
    zone = Zone(DOMAIN, True, tuple(texts), tuple(texts), DOMAIN, (), {"x": (key, f"p={key}")})
    assert len(judge(zone, server="", provider=None)) == 5


def test_a_text_that_was_said_travels_and_still_knows_its_words() -> None:
    said = pickle.loads(pickle.dumps(say("Signed in as %(user)s.", user="bo")))
    assert (said, said.template, said.values) == ("Signed in as bo.", "Signed in as %(user)s.", {"user": "bo"})


SOA = ["ns.nordlys.example. admin.nordlys.example. 1 3600 600 86400 60"]
RECORDS = {
    ("nordlys.example", "SOA"): SOA,
    ("nordlys.example", "TXT"): ["v=spf1 include:all.nordlys.example -all", "other"],
    ("all.nordlys.example", "TXT"): ["v=spf1 include:_spf.google.com -all"],
    ("_dmarc.nordlys.example", "TXT"): ["v=DMARC1; p=reject"],
    ("s9._domainkey.mail.nordlys.example", "TXT"): [f"v=DKIM1; p={LONG_KEY}"],
    ("mail.nordlys.example", "SOA"): SOA,
    ("mail.nordlys.example", "MX"): ["10 mx.nordlys.example."],
    ("mail.nordlys.example", "TXT"): ["v=spf1 redirect=nordlys.example"],
}


@pytest.fixture(scope="module")
def names() -> Iterator[NameServer]:
    with NameServer(RECORDS) as server:
        yield server


@pytest.fixture
def name_server(names: NameServer) -> str:
    names.is_silent = False
    return names.address


def test_a_domain_is_read_with_its_parents_its_includes_and_the_keys_that_were_typed(name_server: str) -> None:
    found = advice("mail.Nordlys.example", Resolver(name_server), server="smtp.gmail.com", selectors=["s9", "-"])
    assert [(each.topic, each.grade, each.host) for each in found] == [
        ("SPF", "good", "mail.nordlys.example"),
        ("DKIM", "good", "s9._domainkey.mail.nordlys.example"),
        ("DMARC", "good", "_dmarc.nordlys.example"),
        ("MX", "good", "mail.nordlys.example"),
    ]


def test_a_domain_that_is_not_there_is_the_one_thing_to_mend(name_server: str) -> None:
    found = advice("gone.example", Resolver(name_server))
    assert [(each.topic, each.grade) for each in found] == [("DNS", "bad")]


def test_where_nobody_answers_it_says_so(names: NameServer) -> None:
    names.is_silent = True
    found = advice("nordlys.example", Resolver(names.address, seconds=0.2))
    assert [each.grade for each in found] == [Grade.UNKNOWN]


def test_the_domain_of_a_mail_provider_is_the_providers_business(name_server: str) -> None:
    assert [each.grade for each in advice("gmail.com", Resolver(name_server))] == [Grade.GOOD]
