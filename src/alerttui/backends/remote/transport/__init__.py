"""The one transport under every remote backend: bounded, patient where safe, silent about secrets.

Importing it loads no network library; the first request does, in a thread.
"""

from __future__ import annotations

from alerttui.backends.remote.transport.client import Transport as Transport
from alerttui.backends.remote.transport.endpoint import Endpoint as Endpoint
from alerttui.backends.remote.transport.error_text import error_text as error_text
from alerttui.backends.remote.transport.proxy import ProxyFact as ProxyFact
from alerttui.backends.remote.transport.proxy import proxy_for as proxy_for
