"""The verb `serve`: the desk in a browser, on this machine alone unless told otherwise."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from diversion.queue_users import Db, Home

REFUSED = 2
LOCAL = ("127.0.0.1", "localhost", "::1")


def serve(
    home: Home = Path("var"),
    db: Db = None,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")] = 8350,
    name: Annotated[list[str] | None, typer.Option(help="Name by which browsers reach the pages; repeatable.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate (PEM) to serve HTTPS with.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    plain: Annotated[
        bool, typer.Option("--insecure-plain-http", help="Other machines may reach the pages without HTTPS.")
    ] = False,
    user_header: Annotated[
        str | None, typer.Option(help="Header in which a proxy with single sign-on states the person's name.")
    ] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="Address of that proxy; repeatable.")] = None,
    behind_https: Annotated[bool, typer.Option("--behind-https", help="The proxy speaks HTTPS to browsers.")] = False,
) -> None:
    """Serve the review queue to a browser: list, case, decision, figures, people, and the API."""
    import uvicorn

    from scoring.review import people
    from scoring.review.store import QueueRefused, open_store
    from scoring.review.web.app import create_app
    from scoring.review.web.settings import LOCAL as NAMES
    from scoring.review.web.settings import Settings

    if (tls_cert is None) != (tls_key is None):
        raise QueueRefused("HTTPS needs both: --tls-cert and --tls-key")
    if host not in LOCAL and tls_cert is None and not plain:
        raise QueueRefused(f"--host {host}: others could read along; give --tls-cert and --tls-key, or say "
                           "--insecure-plain-http")  # fmt: skip
    if (user_header is None) != (not proxy):
        raise QueueRefused("single sign-on needs both: --user-header and the --proxy it is believed from")
    if faulty := [each for each in proxy or () if not _is_address(each)]:
        raise QueueRefused(f"--proxy {faulty[0]}: write its address, such as 10.0.0.1; a name could lead elsewhere")
    store = open_store(home, db)
    secure = tls_cert is not None or behind_https
    base = f"{'https' if tls_cert else 'http'}://{host}:{port}"
    secret = people.first_link(store)
    if secret:
        typer.echo(f"first start: set the administrator's password at {base}/link?secret={secret}", err=True)
    typer.echo(f"the queue of {home}: {base}", err=True)
    settings = Settings(secure, (*NAMES, *([host] if host not in NAMES else []), *(name or ())), user_header,
                        tuple(proxy or ()))  # fmt: skip
    uvicorn.run(
        create_app(store, settings), host=host, port=port, access_log=False, log_level="warning", server_header=False,
        ssl_certfile=str(tls_cert) if tls_cert else None, ssl_keyfile=str(tls_key) if tls_key else None,
        proxy_headers=False, limit_concurrency=500,
    )  # fmt: skip


def _is_address(text: str) -> bool:
    try:
        return str(ip_address(text)) == text
    except ValueError:
        return False
