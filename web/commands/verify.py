"""``vakaa verify``: prove the books. A line of JSON for each fault, and exit status 1 where there is one."""

import sys
from itertools import chain

import click
from sqlalchemy.exc import SQLAlchemyError

from lending.loans.verify import derived_again, faults
from web.commands.documents import plain, write
from web.commands.running import first_line, prepared
from web.commands.starting import in_words
from web.config import Config, UnsafeStart

FAULTS = 1


@click.command()
@click.option("--deep", is_flag=True, help="Derive every loan anew from what happened to it, too. Slower.")
@in_words
def verify(deep: bool) -> None:
    """Prove every loan's balances, entries, rows and plans, and every frozen document. Nothing is written."""
    wired = prepared(Config.from_environment())
    found = 0
    try:
        with wired.readers() as db:
            for fault in chain(faults(db), derived_again(db) if deep else ()):
                write({"fault": fault.code, "case": fault.case, "facts": plain(fault.facts)})
                found += 1
    except SQLAlchemyError as error:
        raise UnsafeStart(f"the database does not answer: {first_line(error)}") from None
    finally:
        wired.engine.dispose()
    click.echo(f"{found} faults." if found else "No faults.", err=True)
    sys.exit(FAULTS if found else 0)
