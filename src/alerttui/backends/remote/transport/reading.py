"""The body of an answer, read as it comes and never beyond a bound, also not by decompression."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Mapping
from typing import Final, Protocol

_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})


class BodyTooLarge(Exception):
    """The body holds more than the endpoint's bound."""


class BodyBroken(Exception):
    """The body is not what its headers say; the text is the reason."""


async def read_body(chunks: AsyncIterable[bytes], headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body, decompressed; raises `BodyTooLarge` or `BodyBroken`."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > limit:
        raise BodyTooLarge
    decoder = _decoder_for(headers)
    body = bytearray()
    received = 0
    async for chunk in chunks:
        received += len(chunk)
        body += decoder.decode(chunk, limit + 1 - len(body))
        if max(received, len(body)) > limit:
            raise BodyTooLarge
    if not decoder.is_complete:
        raise BodyBroken("it ends in the middle")
    return bytes(body)


async def read_start(
    chunks: AsyncIterable[bytes], headers: Mapping[str, str], limit: int, into: bytearray
) -> None:
    """The first bytes of a body, put `into` as they come: who gives up has what came so far."""
    decoder = _decoder_for(headers)
    async for chunk in chunks:
        into += decoder.decode(chunk, limit - len(into))
        if len(into) >= limit:
            return


class _Decoder(Protocol):
    @property
    def is_complete(self) -> bool: ...

    def decode(self, data: bytes, room: int) -> bytes: ...


def _decoder_for(headers: Mapping[str, str]) -> _Decoder:
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return _Identity()
    if coding in _CODINGS:
        return _Inflate()
    raise BodyBroken("it is compressed in a way that was not asked for")


class _Identity:
    is_complete = True

    def decode(self, data: bytes, room: int) -> bytes:
        return data[: max(room, 0)]


class _Inflate:
    """gzip or zlib, given out piece by piece: a bomb is noticed before it has gone off."""

    def __init__(self) -> None:
        self._inflating = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._has_begun = False

    @property
    def is_complete(self) -> bool:
        return self._inflating.eof or not self._has_begun

    def decode(self, data: bytes, room: int) -> bytes:
        if room <= 0 or not data or self._inflating.eof:
            return b""
        self._has_begun = True
        try:
            return self._inflating.decompress(data, room)
        except zlib.error:
            raise BodyBroken("its compression is damaged") from None
