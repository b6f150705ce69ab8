"""Certificates for tests, made once with the openssl command."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of our own and a server's certificate for 127.0.0.1 that it signed."""

    ca_file: Path
    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """What a server with that certificate uses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_authority(folder: Path, name: str = "IP:127.0.0.1") -> Authority:
    """An authority whose server's certificate is for `name`."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command")
    ca, ca_key = folder / "ca.pem", folder / "ca.key"
    made = Authority(ca, folder / "server.pem", folder / "server.key")
    new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
    leaf = ["-CA", str(ca), "-CAkey", str(ca_key), "-subj", "/CN=server", "-addext", f"subjectAltName={name}"]
    _openssl(*new, "-subj", "/CN=Test CA", "-out", str(ca), "-keyout", str(ca_key))
    _openssl(*new, *leaf, "-addext", "basicConstraints=critical,CA:FALSE", *_to(made))
    return made


def _to(made: Authority) -> tuple[str, ...]:
    return ("-out", str(made.certificate), "-keyout", str(made.key))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=20)
