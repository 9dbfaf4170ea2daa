"""Commands that run the house: ``vakaa serve``, ``vakaa migrate``, ``vakaa demo``, ``vakaa daily``."""

import os
from datetime import timedelta

import click
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from lending.basics import schema
from lending.cases.attachments import sweep
from lending.cases.model import Case
from lending.collection.disturbances import watch
from lending.loans.billing import bring_all_up_to
from lending.loans.model import Loan
from lending.people.model import Citizen, StaffMember
from web.app import create_app
from web.clock import local
from web.commands.starting import in_words
from web.config import Config, UnsafeStart, make_folder
from web.server import Server
from web.wiring import Wiring, wire, wiring

DEFAULT_PORT = 8000


@click.command()
@click.option("--demo", is_flag=True, default=None, help="Fictional people and cases; anyone may sign in as anyone.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="The port to listen on; PORT, or 8000.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="How many processes answer.")
@in_words
def serve(demo: bool | None, host: str, port: int | None, workers: int) -> None:
    """Serve. In demo mode the database is prepared and filled first, once."""
    config = Config.from_environment(demo=demo)
    port = port or _port()
    wired = prepared(config)
    app = create_app(config, wired)
    if config.demo:
        _seed_once(app)
    wired.engine.dispose()
    Server(app, host, port, workers, when_ready=lambda: _tell(wired, f"http://{host}:{port}")).run()


@click.command()
@in_words
def migrate() -> None:
    """Bring the database to the tables that this version knows."""
    prepared(Config.from_environment())
    click.echo(f"The database is at {schema.newest()}.")


@click.command()
@in_words
def demo() -> None:
    """Fill the database with fictional people and cases; nothing is done twice."""
    config = Config.from_environment()
    if not config.demo:
        raise UnsafeStart("fictional people are for demo mode only: set VAKAA_DEMO=1.")
    wired = prepared(config)
    _seed_once(create_app(config, wired))
    _tell_people(wired)


@click.command()
@in_words
def daily() -> None:
    """What time does by itself: interest, bills, what has fallen due; files that were removed leave the store.

    Run it every night; twice does no harm.
    """
    wired = prepared(Config.from_environment())
    now = wired.clock()
    with wired.sessions.begin() as db:
        done = bring_all_up_to(db, local(now).date(), now)
        watched = watch(db, local(now).date(), now)
        # Not what was removed just now: the page that removed it may still be on its way to the database.
        sweep(db, removed_before=now - timedelta(days=1))
        left = [(db.get_one(Case, db.get_one(Loan, loan_id).case_id).number, code) for loan_id, code in done.refused]
    click.echo(f"Brought up to {local(now).date()}. Loans: {done.loans}, instalments billed: {done.billed}.")
    for number, code in left:
        click.echo(f"Not brought up: {number} ({code}).")
    late, returned, in_order = watched.late, watched.returned, watched.in_order
    click.echo(f"Repayments newly late: {late}, payments returned: {returned}, in order again: {in_order}.")


def _port() -> int:
    text = os.environ.get("PORT", "").strip() or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise UnsafeStart(f"PORT is {text!r}; write a number from 1 to 65535.")
    return int(text)


def prepared(config: Config) -> Wiring:
    """The wiring of ``config``, with its data folder there and its database migrated."""
    make_folder(config.data, mode=0o700)
    wired = wire(config)
    try:
        with wired.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            stands_at = schema.stands_at(connection)
        newest = schema.newest()
        if stands_at and newest and stands_at > newest:
            raise UnsafeStart(
                f"the database at {_without_password(wired)} is of a newer version of Vakaa: it stands at {stands_at}, "
                f"and this version knows {newest}. Start that version, or name another database in VAKAA_DATABASE_URL."
            )
        if stands_at != newest:
            _migrate(wired)
        _refuse_lost_criteria(wired)
    except SQLAlchemyError as error:
        raise UnsafeStart(f"the database at {_without_password(wired)} does not answer: {first_line(error)}") from None
    return wired


def _refuse_lost_criteria(wired: Wiring) -> None:
    """Refuse to start without criteria that cases were made under: nobody could open those cases."""
    with wired.readers() as db:
        used = db.scalars(select(Case.policy).distinct())
        lost = sorted(set(used) - {policy.id for policy in wired.policies.versions()})
    if lost:
        raise UnsafeStart(
            f"there are cases under the criteria {lost[0]}, and {wired.config.policies} has no file for that version."
        )


def _migrate(wired: Wiring) -> None:
    from lending.basics import migrations

    try:
        migrations.upgrade(wired.engine)
    except SQLAlchemyError as error:
        raise UnsafeStart(
            f"the database at {_without_password(wired)} could not be brought to the tables of this version: "
            f"{first_line(error)}"
        ) from None


def _seed_once(app: Flask) -> None:
    """Fill an empty database with the demo. Only then is what tells its stories loaded."""
    with wiring(app).readers() as db:
        if db.scalar(select(Case.id).limit(1)) is not None:
            return
    from web.demo.seed import seed

    click.echo("Telling the demo's stories, once.")
    seed(app)


def _tell(wired: Wiring, address: str) -> None:
    click.echo(f"\n  Vakaa is at {address}  (Ctrl-C stops it)\n")
    if wired.config.demo:
        click.echo(f"  Citizens sign in at {address}/sign-in, staff at {address}/office/sign-in\n")
        _tell_people(wired)


def _tell_people(wired: Wiring) -> None:
    with wired.readers() as db:
        citizens = db.scalars(select(Citizen).order_by(Citizen.sort_name)).all()
        query = select(StaffMember).where(StaffMember.active)
        members = db.scalars(query.order_by(StaffMember.organisation, StaffMember.sort_name)).all()
    click.echo("  Citizens: " + ", ".join(f"{each.display_name} ({each.language})" for each in citizens))
    for member in members:
        roles = ", ".join(sorted(role.role for role in member.roles))
        click.echo(f"  Staff:    {member.display_name}, {member.title}, {member.organisation} {member.unit}: {roles}")
    click.echo("")


def _without_password(wired: Wiring) -> str:
    return wired.engine.url.render_as_string(hide_password=True)


def first_line(error: Exception) -> str:
    """What the database said, in a line."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
