"""What a domain's DNS says of its mail, judged by pure functions; `dns_reading` asks the name servers.

Who may send (SPF, RFC 7208), signed by whom (DKIM, RFC 6376), what becomes of forgeries (DMARC, RFC 7489), where
answers go (MX). Every finding tells in a sentence what it means and, where something is to be done, the record to add.
"""

from __future__ import annotations

import base64
import binascii
import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from channels_adapters.email.providers import FREE_DOMAINS, USUAL_SELECTORS, Provider
from channels_adapters.wording import Said, say

#: RFC 7208, 4.6.4: terms that make the receiver ask the DNS.
MOST_LOOKUPS = 10
_ASKING = re.compile(r"[+?~-]?(include|a|mx|ptr|exists)(?::([^/\s]+))?(?:/\S*)?$|redirect=(\S+)$", re.IGNORECASE)
_ALL = re.compile(r"([+?~-]?)all$", re.IGNORECASE)
_RSA_2048 = 256

Texts = Callable[[str], Sequence[str]]


class Grade(enum.StrEnum):
    """How good a finding is: `weak` works and should be better, `unknown` could not be asked."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a domain; `record` (of type `kind`, at `host`) is what to set, `seen` what is there."""

    topic: str
    grade: Grade
    sentence: Said
    host: str = ""
    kind: str = "TXT"
    record: str = ""
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """What was read of a domain. `keys` are the DKIM records by selector; None stands for "could not be asked"."""

    domain: str
    exists: bool = True
    texts: tuple[str, ...] | None = None
    policies: tuple[str, ...] | None = None
    policy_domain: str = ""
    mail_servers: tuple[str, ...] | None = None
    keys: Mapping[str, tuple[str, ...]] | None = None
    lookups: int = 0
    included: frozenset[str] = frozenset()


def judge(zone: Zone, *, server: str, provider: Provider | None) -> tuple[Finding, ...]:
    """All findings for mail that leaves by `server`, which is `provider`'s where that is known."""
    if zone.domain in FREE_DOMAINS:
        return (
            Finding(
                "SPF, DKIM, DMARC",
                Grade.GOOD,
                say("%(domain)s belongs to the mail provider, who looks after its records.", domain=zone.domain),
            ),
        )
    if not zone.exists:
        sentence = say("The DNS knows no domain %(domain)s. Check the channel's address.", domain=zone.domain)
        return (Finding("DNS", Grade.BAD, sentence, zone.domain),)
    if zone.texts is None and zone.policies is None and zone.mail_servers is None:
        sentence = say("The name servers can't be reached from here, so nothing could be checked. Try again later.")
        return (Finding("DNS", Grade.UNKNOWN, sentence),)
    return (
        judge_spf(zone, server=server, provider=provider),
        *judge_dkim(zone, provider=provider),
        judge_dmarc(zone),
        judge_mx(zone, provider=provider),
    )


def judge_spf(zone: Zone, *, server: str, provider: Provider | None) -> Finding:
    """Whether the domain lets the server send for it."""
    topic, host = "SPF", zone.domain
    if zone.texts is None:
        return _unknown(topic, host)
    records = tuple(text for text in zone.texts if is_spf(text))
    wanted = provider.include if provider else ""
    if len(records) > 1:
        sentence = say(
            "There are %(count)s SPF records; receivers then take none. Make one of them.", count=len(records)
        )
        return Finding(topic, Grade.BAD, sentence, host, record=merged(records, wanted), seen=records)
    if not records:
        if provider and not wanted:
            sentence = say(
                "%(name)s sends with a return address of its own, so SPF of your domain is not asked. "
                "A record still keeps others from using it.",
                name=provider.name,
            )
            return Finding(topic, Grade.WEAK, sentence, host, record="v=spf1 ~all")
        sentence = say("Anybody may send mail in the name of this domain. Receivers trust such mail less.")
        return Finding(topic, Grade.BAD, sentence, host, record=merged((), wanted or f"a:{server}" if server else ""))
    return _judge_the_one(zone, records, wanted, provider)


def _judge_the_one(zone: Zone, records: tuple[str, ...], wanted: str, provider: Provider | None) -> Finding:
    record, host = records[0], zone.domain
    if wanted and wanted not in zone.included | _named(record):
        sentence = say(
            "%(name)s is not named in the SPF record: receivers may take your mail for forged.",
            name=provider.name if provider else wanted,
        )
        return Finding("SPF", Grade.BAD, sentence, host, record=merged(records, wanted), seen=records)
    if zone.lookups > MOST_LOOKUPS:
        sentence = say(
            "Reading the record takes %(count)s look-ups; receivers give up after 10. Take out what you no longer use.",
            count=zone.lookups,
        )
        return Finding("SPF", Grade.BAD, sentence, host, seen=records)
    ending = next((found[1] or "+" for term in record.split() if (found := _ALL.match(term))), "")
    if ending == "+":
        sentence = say("The record ends with “+all”: anybody may send in the name of this domain.")
        return Finding("SPF", Grade.BAD, sentence, host, record=_ended(record), seen=records)
    if not ending and "redirect=" not in record.lower():
        sentence = say("The record has no end: it says who may send, but not that others may not.")
        return Finding("SPF", Grade.WEAK, sentence, host, record=_ended(record), seen=records)
    if provider and wanted:
        sentence = say("The record lets %(name)s send for this domain.", name=provider.name)
    else:
        sentence = say("There is one record. Whoever runs your mail server can tell whether the server is named in it.")
    return Finding("SPF", Grade.GOOD, sentence, host, seen=records)


def judge_dkim(zone: Zone, *, provider: Provider | None) -> tuple[Finding, ...]:
    """One finding for each key there is; one in all when there is none."""
    if zone.keys is None:
        return (_unknown("DKIM", zone.domain),)
    found = tuple(_judge_key(zone, selector, record) for selector, records in zone.keys.items() for record in records)
    if found:
        return found
    host = f"{provider.selectors[0] if provider and provider.selectors else '…'}._domainkey.{zone.domain}"
    if provider:
        sentence = say(
            "No signing key was found. Switch DKIM on at %(name)s, which shows the record to add; "
            "a key under another name can be asked for above.",
            name=provider.name,
        )
    else:
        sentence = say(
            "No signing key was found under the usual names. If your mails carry a DKIM-Signature header, "
            "type the word behind “s=” above."
        )
    return (Finding("DKIM", Grade.WEAK, sentence, host),)


def _judge_key(zone: Zone, selector: str, record: str) -> Finding:
    host, seen = f"{selector}._domainkey.{zone.domain}", (record,)
    tags = _tags(record)
    key = re.sub(r"\s", "", tags.get("p", ""))
    if not key:
        sentence = say("The key “%(selector)s” was withdrawn: mails signed with it fail.", selector=selector)
        return Finding("DKIM", Grade.BAD, sentence, host, seen=seen)
    try:
        length = len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        sentence = say("The key “%(selector)s” is damaged: mails signed with it fail.", selector=selector)
        return Finding("DKIM", Grade.BAD, sentence, host, seen=seen)
    if tags.get("k", "rsa").lower() == "rsa" and length < _RSA_2048:
        sentence = say("The key “%(selector)s” is short. Let your provider make one of 2048 bits.", selector=selector)
        return Finding("DKIM", Grade.WEAK, sentence, host, seen=seen)
    sentence = say("Mails signed with the key “%(selector)s” prove that they come from you.", selector=selector)
    return Finding("DKIM", Grade.GOOD, sentence, host, seen=seen)


def judge_dmarc(zone: Zone) -> Finding:
    """What receivers are asked to do with mail that is neither sent nor signed by the domain's own."""
    host = f"_dmarc.{zone.policy_domain or zone.domain}"
    if zone.policies is None:
        return _unknown("DMARC", host)
    records = tuple(text for text in zone.policies if re.match(r"v\s*=\s*DMARC1\b", text.strip(), re.IGNORECASE))
    reports = f"rua=mailto:postmaster@{zone.domain}"
    if not records:
        sentence = say(
            "Nothing tells receivers what to do with forged mail; large providers ask for this record. "
            "This one changes nothing at first and sends you reports."
        )
        return Finding("DMARC", Grade.BAD, sentence, host, record=f"v=DMARC1; p=none; {reports}")
    if len(records) > 1:
        sentence = say("There are %(count)s DMARC records; receivers then take none. Keep one.", count=len(records))
        return Finding("DMARC", Grade.BAD, sentence, host, record=records[0], seen=records)
    policy = _tags(records[0]).get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        sentence = say("The record names no policy, so receivers take none.")
        return Finding("DMARC", Grade.BAD, sentence, host, record=f"v=DMARC1; p=none; {reports}", seen=records)
    if policy == "none":
        sentence = say(
            "Forged mail is watched, not held back. Once the reports show only your own servers, go one step further."
        )
        stricter = re.sub(r"(?i)\bp\s*=\s*none", "p=quarantine", records[0], count=1)
        return Finding("DMARC", Grade.WEAK, sentence, host, record=stricter, seen=records)
    sentence = (
        say("Receivers refuse mail that is forged in your name.")
        if policy == "reject"
        else say("Receivers put mail that is forged in your name among the spam.")
    )
    return Finding("DMARC", Grade.GOOD, sentence, host, seen=records)


def judge_mx(zone: Zone, *, provider: Provider | None) -> Finding:
    """Whether answers can arrive."""
    if zone.mail_servers is None:
        return _unknown("MX", zone.domain)
    if zone.mail_servers and all(record.split()[-1] == "." for record in zone.mail_servers):
        sentence = say("The domain says that it takes no mail: answers of customers can't arrive.")
        return Finding("MX", Grade.BAD, sentence, zone.domain, "MX", seen=zone.mail_servers)
    if not zone.mail_servers:
        sentence = say("No mail server is named for this domain: answers of customers may not arrive.")
        record = provider.mx[0] if provider and provider.mx else ""
        return Finding("MX", Grade.BAD, sentence, zone.domain, "MX", record)
    sentence = say("Answers of customers arrive at the servers named here.")
    return Finding("MX", Grade.GOOD, sentence, zone.domain, "MX", seen=zone.mail_servers)


def followed(record: str, texts: Texts, *, most: int = 4 * MOST_LOOKUPS) -> tuple[int, frozenset[str]]:
    """The look-ups that reading an SPF record takes (at most `most`), and the names whose records it includes.

    `texts` gives the TXT records of a name. Records that include each other in a circle end at `most`.
    """
    count, names, waiting = 0, set[str](), [record]
    while waiting and count < most:
        for term in waiting.pop().split():
            if not (found := _ASKING.match(term)):
                continue
            count += 1
            name = found[3] or (found[2] if found[1] and found[1].lower() == "include" else "")
            if name and "%" not in name and count < most:
                names.add(name.lower().rstrip("."))
                waiting += [text for text in texts(name) if is_spf(text)][:1]
    return min(count, most), frozenset(names)


def merged(records: Sequence[str], wanted: str = "") -> str:
    """One SPF record with the terms of all, `wanted` among them, with the strictest of their ends."""
    terms, ends = [], [""]
    for term in (term for record in records for term in record.split()[1:]):
        if found := _ALL.match(term):
            ends.append(found[1] or "+")
        elif term not in terms:
            terms.append(term)
    if wanted and not {wanted.lower(), wanted.partition(":")[2].lower()} & _named(" ".join(terms)):
        terms.append(wanted if ":" in wanted else f"include:{wanted}")
    if any(term.lower().startswith("redirect=") for term in terms):
        return " ".join(["v=spf1", *terms])
    end = "-" if "-" in ends else "~"
    return " ".join(["v=spf1", *terms, f"{end}all"])


def selectors_of(provider: Provider | None, more: Sequence[str]) -> tuple[str, ...]:
    """The names under which to look for keys: those typed in, the provider's, the usual ones."""
    typed = [one.strip().lower() for one in more if re.fullmatch(r"[a-zA-Z0-9_.-]{1,63}", one.strip())]
    return tuple(dict.fromkeys([*typed[:10], *(provider.selectors if provider else ()), *USUAL_SELECTORS]))


def _named(record: str) -> set[str]:
    """What the terms of a record name behind ":" or "="."""
    return {name.lower() for term in record.split() if (name := re.split("[:=]", term, maxsplit=1)[-1]) != term}


def _ended(record: str) -> str:
    return " ".join([*(term for term in record.split() if not _ALL.match(term)), "~all"])


def is_spf(text: str) -> bool:
    """Whether a TXT record is an SPF record."""
    return text.strip().lower() == "v=spf1" or text.strip().lower().startswith("v=spf1 ")


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, mark, value in pairs if mark}


def _unknown(topic: str, host: str) -> Finding:
    return Finding(topic, Grade.UNKNOWN, say("The name servers did not answer this. Try again later."), host)
