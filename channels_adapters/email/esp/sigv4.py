"""Requests to Amazon's services, signed with an access key (AWS Signature Version 4)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.wording import say


@dataclass(frozen=True, slots=True)
class Key:
    """An access key and the region it is used in; the secret part shows in no `repr`."""

    access: str
    secret: str = field(repr=False)
    region: str

    @classmethod
    def of(cls, account: Account) -> Key:
        """The key of an account. Raises `SendError` where there is none."""
        access = str(account.settings.get("aws_access_key") or "").strip()
        secret = account.secrets.get("aws_secret_key", "").strip()
        region = str(account.settings.get("aws_region") or "us-east-1").strip().lower()
        if not access or not secret or not re.fullmatch(r"[a-z0-9-]{3,40}", region):
            raise SendError(Fault.AUTH, say("No access key for Amazon Web Services is set for this account."))
        return cls(access, secret, region)


def signed(
    key: Key,
    service: str,
    method: str,
    url: str,
    body: bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Mapping[str, str]:
    """The headers of a request to a URL without a query, signed: `headers` (lower case) and what signing adds."""
    at = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    parts = urlsplit(url)
    digest = hashlib.sha256(body).hexdigest()
    given = headers or {}
    covered = {**given, "host": parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": at}
    names = ";".join(sorted(covered))
    # S3 signs the path as it is sent; the other services encode it once more.
    path = (parts.path if service == "s3" else quote(parts.path, safe="/-_.~")) or "/"
    lines = "".join(f"{name}:{covered[name]}\n" for name in sorted(covered))
    canonical = "\n".join((method, path, "", lines, names, digest))
    scope = f"{at[:8]}/{key.region}/{service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    secret = f"AWS4{key.secret}".encode()
    for word in (at[:8], key.region, service, "aws4_request"):
        secret = hmac.new(secret, word.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return {
        **given,
        "x-amz-content-sha256": digest,
        "x-amz-date": at,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key.access}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}",
    }
