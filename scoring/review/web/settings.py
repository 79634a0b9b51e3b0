"""How the pages are served: over TLS or not, under which names, and whether a proxy signs people in."""

from __future__ import annotations

from dataclasses import dataclass

LOCAL = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Settings:
    """`secure` is True when browsers reach the pages by HTTPS; `hosts` are the names they may ask for.

    `user_header` names the header in which a proxy with single sign-on states who asks; it is believed only from
    `proxies`, the addresses of that proxy.
    """

    secure: bool = False
    hosts: tuple[str, ...] = LOCAL
    user_header: str | None = None
    proxies: tuple[str, ...] = ()

    @property
    def cookie(self) -> str:
        """Name of the session cookie; under HTTPS the browser itself ties it to this host."""
        return "__Host-desk" if self.secure else "desk"
