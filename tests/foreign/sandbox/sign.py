"""Signs the requests of schemathesis with ACS3-HMAC-SHA256, by the vendor's description and by nobody's code here."""

import datetime
import hashlib
import hmac
import urllib.parse
import uuid

import schemathesis
from requests.auth import AuthBase

KEY, SECRET = "sandbox", "sandbox-secret"


def encode(text):
    return urllib.parse.quote(text, safe="-_.~")


class Signature(AuthBase):
    def __call__(self, request):
        parts = urllib.parse.urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        digest = hashlib.sha256(body).hexdigest()
        now = datetime.datetime.now(datetime.timezone.utc)
        request.headers.update(
            {
                "host": parts.netloc,
                "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "x-acs-signature-nonce": uuid.uuid4().hex,
                "x-acs-content-sha256": digest,
            }
        )
        signed = {}
        for name, value in request.headers.items():
            name, value = name.lower(), value.decode("latin-1") if isinstance(value, bytes) else str(value)
            if name.startswith("x-acs-") or name in ("host", "content-type"):
                signed[name] = value.strip()
        pairs = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
        query = "&".join(f"{name}={value}" for name, value in sorted((encode(name), encode(value)) for name, value in pairs))
        headers = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        names = ";".join(sorted(signed))
        canonical = "\n".join([request.method, parts.path, query, headers, names, digest])
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        request.headers["Authorization"] = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
        return request


schemathesis.auth.set_from_requests(Signature())
