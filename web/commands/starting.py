"""What commands share: a start that is refused is told in one sentence, with exit status 2."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from lending.policy.policies import PolicyError
from web.config import UnsafeStart

UNSAFE = 2
Command = TypeVar("Command", bound=Callable[..., Any])


def in_words(command: Command) -> Callable[..., Any]:
    """Decorator: what stops a command is told in one sentence, with exit code 2."""

    @wraps(command)
    def told(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except (UnsafeStart, PolicyError) as mistake:
            click.echo(f"Vakaa does not start: {mistake}", err=True)
            sys.exit(UNSAFE)

    return told
