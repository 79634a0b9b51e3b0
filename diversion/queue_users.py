"""The people of the queue: `diversion queue user add | list | change | link | token`, and the options they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scoring.review.log import Actor
    from scoring.review.store import Store

HERE = Path("var")

users = typer.Typer(no_args_is_help=True, help="Who may work in the queue: add, list, change, link, token.")

Home = Annotated[Path, typer.Option(help="Folder of what this installation remembers.")]
Db = Annotated[
    str | None, typer.Option(help="PostgreSQL address of the queue (default: queue.db of the home).", metavar="URL")
]
By = Annotated[str, typer.Option("--by", help="Who acts: the name of an active person.", show_default=False)]
Order = Annotated[str, typer.Argument(help="order_id of the case.", show_default=False)]
Note = Annotated[str, typer.Option(help="What stands behind it; a record that is kept.")]
Name = Annotated[str, typer.Argument(help="Name of the person.", show_default=False)]
Role = Annotated[str, typer.Option(help="viewer, analyst, approver, model_owner or admin.")]


@users.command()
def add(
    name: Name, role: Role,
    by: Annotated[str | None, typer.Option(help="An administrator; the first person needs none.")] = None,
    home: Home = HERE, db: Db = None,
) -> None:  # fmt: skip
    """Add a person, and print the one-time secret with which that person sets a password on the page."""
    from scoring.review import log, people

    store = opened(home, db)
    if by is None and role == "admin" and not people.people(store):
        secret = people.add(store, log.SYSTEM, name, role)
    else:
        secret = people.add(store, _actor(store, by), name, role)
    typer.echo(secret)
    typer.echo(f"{name} is {role}; the secret sets a password once, within a day", err=True)


@users.command("list")
def list_(home: Home = HERE, db: Db = None) -> None:
    """List people with role and pseudonym."""
    from scoring.review import people

    for each in people.people(opened(home, db)):
        typer.echo(f"{each.name}  {each.role}  {each.pseudonym}{'' if each.active else '  ended'}")


@users.command()
def change(
    name: Name,
    by: By,
    role: Annotated[str | None, typer.Option(help="Another role.")] = None,
    active: Annotated[bool | None, typer.Option("--resume/--end", help="Resume or end the account.")] = None,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Give a person another role, or end the account; sessions and tokens end with it."""
    from scoring.review import people

    store = opened(home, db)
    people.change(store, _actor(store, by), name, role=role, active=active)


@users.command()
def link(name: Name, by: By, home: Home = HERE, db: Db = None) -> None:
    """Print a one-time secret with which a person sets a new password."""
    from scoring.review import people

    store = opened(home, db)
    typer.echo(people.new_link(store, _actor(store, by), name))


@users.command()
def token(
    by: By,
    title: Annotated[str, typer.Option(help="What the token is for.")],
    scope: Annotated[list[str], typer.Option(help="read, work, approve, export …; repeatable.")],
    days: Annotated[int, typer.Option(min=1, max=365, help="Days it is good for.")] = 365,
    home: Home = HERE,
    db: Db = None,
) -> None:
    """Print a token with which another system uses the API; it is shown this once."""
    from scoring.review import people

    store = opened(home, db)
    typer.echo(people.new_token(store, _actor(store, by), title, scope, days))


def opened(home: Path, db: str | None) -> Store:
    """The queue for one command, which leaves no connection open."""
    from scoring.review.store import open_store

    return open_store(home, db, lasting=False)


def acting(home: Path, db: str | None, by: str) -> tuple[Store, Actor]:
    """The queue, and the person who acts."""
    from scoring.review import people

    store = opened(home, db)
    return store, people.actor(store, by)


def _actor(store: Store, by: str | None) -> Actor:
    from scoring.review import people
    from scoring.review.store import QueueRefused

    if by is None:
        raise QueueRefused("--by NAME: an administrator adds people")
    return people.actor(store, by)
