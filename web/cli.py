"""The command line. Each command is loaded when it is asked for, so that the small ones start at once."""

from importlib import import_module

import click

#: Each command: where it is, and what it does in a line.
COMMANDS = {
    "serve": ("web.commands.running:serve", "Serve the portal and the back office."),
    "migrate": ("web.commands.running:migrate", "Bring the database to the tables that this version knows."),
    "demo": ("web.commands.running:demo", "Fill the database with fictional people and cases."),
    "daily": ("web.commands.running:daily", "What time does by itself: interest, bills, what has fallen due."),
    "rates": ("web.commands.rates:rates", "The half-yearly reset of the reference rate."),
    "verify": ("web.commands.verify:verify", "Prove every loan's balances and papers; a line for each fault."),
    "norms": ("web.commands.norms:norms", "Living-cost norms computed by their rules, held against the files."),
    "plan": ("web.commands.plan:plan", "Repayment plans: JSON in, JSON out."),
    "capacity": ("web.commands.capacity:capacity", "Payment capacity of a household: JSON in, JSON out."),
    "acceleration-test": ("web.commands.acceleration:acceleration", "May a credit be accelerated? JSON in, JSON out."),
    "time-limit": ("web.commands.time_limit:time_limit", "When a decision is known, and the last day to claim."),
    "policy": ("web.commands.policy:policy", "The criteria of each organisation: check, show, diff."),
    "loan": ("web.commands.loan:loan", "Statement, pay-off and history of one loan, as JSON."),
}


class Commands(click.Group):
    """A group that loads a command only when it is run or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        return getattr(import_module(module), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands)
def main() -> None:
    """Vakaa: statutory social lending. Settings are read from VAKAA_* (see docs)."""


if __name__ == "__main__":
    main()
