"""Certificates are always verified, by the profile's file or the machine's; failures are told in words."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest

from alerttui.backends.remote.transport import Endpoint, Transport
from alerttui.backends.remote.transport.trust import reason_of, trusted_context
from alerttui.domain.errors import ConfigError, TlsFailed
from tests.backends.remote.certificates import Authority, make_authority
from tests.backends.remote.stage import TOKEN, change, ok, serving


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no machine trusts, and a server for 127.0.0.1."""
    return make_authority(tmp_path_factory.mktemp("certificates"))


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    """Answers everything with an empty object."""
    writer.write(ok())


def transport_to(
    url: str, ca_file: Path | None = None, environ: Mapping[str, str] | None = None
) -> Transport:
    """A transport with a choice of whom it trusts."""
    return Transport(
        endpoint=Endpoint.parse(url, ca_file=ca_file),
        product="Panther",
        auth=lambda: {"X-API-Key": TOKEN},
        environ=environ or {},
    )


@pytest.fixture(autouse=True)
def quiet_asyncio(caplog: pytest.LogCaptureFixture) -> None:
    """asyncio logs every handshake that a client breaks off."""
    caplog.set_level(logging.CRITICAL, "asyncio")


async def test_the_file_of_the_profile_or_of_the_environment_is_trusted(authority: Authority) -> None:
    async with serving(talk, authority.server_context()) as server:
        for ca_file, environ in (
            (authority.ca_file, {}),
            (None, {"SSL_CERT_FILE": str(authority.ca_file)}),
            (authority.ca_file, {"SSL_CERT_FILE": "/no/such/file"}),
        ):
            transport = transport_to(server.url, ca_file, environ)
            assert (await transport.ask(change())).status == 200
            await transport.close()


async def test_an_unknown_authority_is_refused_before_anything_leaves(authority: Authority) -> None:
    async with serving(talk, authority.server_context()) as server:
        transport = transport_to(server.url)
        with pytest.raises(TlsFailed, match=r"authority that is not known here.*ca_file") as caught:
            await transport.ask(change())
        await transport.close()
        assert not caught.value.may_have_acted
        assert not server.requests


async def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    elsewhere = make_authority(tmp_path, "DNS:elsewhere.example")
    async with serving(talk, elsewhere.server_context()) as server:
        transport = transport_to(server.url, elsewhere.ca_file)
        with pytest.raises(TlsFailed, match="for another"):
            await transport.ask(change())
        await transport.close()
        assert not server.requests


async def test_a_server_without_tls_is_told_as_such() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    transport = transport_to(f"https://127.0.0.1:{port}")
    with pytest.raises(TlsFailed, match="speaks no TLS"):
        await transport.ask(change())
    await transport.close()
    listening.close()
    await listening.wait_closed()


@pytest.mark.parametrize("variable", ["ca_file", "SSL_CERT_FILE"])
async def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, variable: str) -> None:
    no_pem = tmp_path / "no.pem"
    no_pem.write_text("not a certificate")
    for path, reason in ((no_pem, "PEM"), (tmp_path / "none.pem", "No such file"), (tmp_path, "")):
        is_profile = variable == "ca_file"
        transport = transport_to(
            "https://127.0.0.1:1", path if is_profile else None, {} if is_profile else {variable: str(path)}
        )
        with pytest.raises(ConfigError) as caught:
            await transport.ask(change())
        assert variable in str(caught.value)
        assert path.name in str(caught.value)
        assert reason in str(caught.value)


def test_every_context_verifies(authority: Authority, tmp_path: Path) -> None:
    for context in (
        trusted_context(None, {}),
        trusted_context(authority.ca_file, {}),
        trusted_context(None, {"SSL_CERT_DIR": str(tmp_path)}),
    ):
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_reasons_are_words() -> None:
    expired = ssl.SSLCertVerificationError(1, "x")
    expired.verify_code = 10
    odd = ssl.SSLCertVerificationError(1, "x")
    odd.verify_code, odd.verify_message = 999, "odd\x1b"
    assert reason_of(expired) == "its certificate has expired"
    assert reason_of(odd) == "its certificate is not accepted: odd␛"
    assert reason_of(ssl.SSLError(1, "x")) == "TLS failed: no reason given"
