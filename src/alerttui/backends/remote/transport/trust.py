"""Whose certificates are believed, and why one was not."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alerttui.domain.errors import ConfigError
from alerttui.domain.showable import shown

_CERTIFICATE_WORDS: Final = {
    9: "its certificate is not valid yet: is this machine's clock right?",
    10: "its certificate has expired",
    18: "its certificate is signed by itself",
    19: "its certificate comes from an authority that is not known here",
    20: "its certificate comes from an authority that is not known here",
    21: "its certificate comes from an authority that is not known here",
    23: "its certificate was revoked",
    62: "its certificate is for another host name",
    64: "its certificate is for another address",
}
"""By OpenSSL's code of the verification's result."""

_HANDSHAKE_WORDS: Final = {
    "WRONG_VERSION_NUMBER": "it speaks no TLS on this port",
    "HTTP_REQUEST": "it speaks no TLS on this port",
    "RECORD_LAYER_FAILURE": "it speaks no TLS on this port",
    "PACKET_LENGTH_TOO_LONG": "it speaks no TLS on this port",
    "UNSUPPORTED_PROTOCOL": "it knows only TLS versions that are no longer safe",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the two sides agree on no version of TLS",
    "NO_PROTOCOLS_AVAILABLE": "the two sides agree on no version of TLS",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the two sides agree on no cipher",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it asks for a client certificate, which alerttui does not have",
}


def trusted_context(ca_file: Path | None, environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that verifies, always: by the profile's file, else by what this machine trusts.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` count as they do for OpenSSL and curl; certifi's list is used only
    where the machine has none. Raises `ConfigError` naming the file that cannot be used.
    """
    if ca_file is not None:
        return _context_of("ca_file", ca_file)
    if named := environ.get("SSL_CERT_FILE"):
        return _context_of("SSL_CERT_FILE", Path(named))
    if named := environ.get("SSL_CERT_DIR"):
        return ssl.create_default_context(capath=named)
    usual = ssl.get_default_verify_paths()
    if usual.cafile or (usual.capath and any(Path(usual.capath).glob("*.[0-9]"))):
        return ssl.create_default_context()
    import certifi  # httpx brings it

    return ssl.create_default_context(cafile=certifi.where())


def _context_of(name: str, path: Path) -> ssl.SSLContext:
    where = f"{name}: {shown(str(path))}"
    try:
        return ssl.create_default_context(cafile=str(path))
    except ssl.SSLError:
        raise ConfigError(f"{where} holds no certificate in PEM form.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "no such path"
        raise ConfigError(f"{where} cannot be read: {reason}.") from None


def reason_of(error: ssl.SSLError) -> str:
    """Why TLS failed, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        words = _CERTIFICATE_WORDS.get(getattr(error, "verify_code", 0))
        return words or f"its certificate is not accepted: {shown(getattr(error, 'verify_message', ''))}"
    reason = getattr(error, "reason", "") or "no reason given"  # only OpenSSL's own errors have one
    return _HANDSHAKE_WORDS.get(reason) or f"TLS failed: {reason.lower().replace('_', ' ')}"


def is_about_the_authority(error: ssl.SSLError) -> bool:
    """True if trusting another authority would help."""
    return getattr(error, "verify_code", 0) in (18, 19, 20, 21)
