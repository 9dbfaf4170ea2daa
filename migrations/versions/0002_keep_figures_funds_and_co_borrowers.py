"""Keep figures funds and co-borrowers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from lending.basics.append_only import append_only_statements

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


#: Tables of which a row, once written, neither changes nor goes.
APPEND_ONLY = (
    "figure_entry",
    "figure_verdict",
)


def upgrade() -> None:
    op.create_table(
        "figure_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("figure", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "figure IN ('debt_adjustment', 'pension_index', 'reference_rate', 'social_assistance')",
            name=op.f("ck_figure_entry_figure_known"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_figure_entry_days_in_order")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["staff_member.id"], name=op.f("fk_figure_entry_entered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_entry")),
    )
    with op.batch_alter_table("figure_entry", schema=None) as batch_op:
        batch_op.create_index("ix_figure_entry_entered", ["organisation", "entered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_figure_entry_entered_by_id"), ["entered_by_id"], unique=False)

    op.create_table(
        "figure_verdict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome <> 'rejected' OR reason IS NOT NULL", name=op.f("ck_figure_verdict_rejection_has_reason")
        ),
        sa.CheckConstraint("outcome IN ('confirmed', 'rejected')", name=op.f("ck_figure_verdict_outcome_known")),
        sa.ForeignKeyConstraint(["entry_id"], ["figure_entry.id"], name=op.f("fk_figure_verdict_entry_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["staff_member.id"], name=op.f("fk_figure_verdict_given_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_verdict")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_figure_verdict_entry_id")),
    )
    with op.batch_alter_table("figure_verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_figure_verdict_given_by_id"), ["given_by_id"], unique=False)

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(sa.Column("credit_ban", sa.Boolean(), nullable=True))

    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proposed_terms", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_per", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("told_cents", sa.Integer(), nullable=True))

    with op.batch_alter_table("worksheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("norm_reason", sa.Text(), nullable=True))

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_statements(table, dialect):
            op.get_bind().exec_driver_sql(statement.replace("%", "%%") if dialect == "postgresql" else statement)

    with op.batch_alter_table("staff_role", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_staff_role_role_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_staff_role_role_known"),
            "role IN ('accounting_manager', 'auditor', 'decider', 'legal_counsel', 'payments', 'preparer', 'waiver_decider')",
        )

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_application_adults_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_application_adults_known"), "adults IN ('alone', 'cohabitant', 'other_adult', 'parents', 'spouse')"
        )

    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.create_check_constraint(op.f("ck_money_line_told_per_known"), "told_per IN ('benefit_day', 'year')")

    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_money_line_told_per_and_amount_together"), "(told_per IS NULL) = (told_cents IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_money_line_told_per_and_amount_together"), type_="check")

    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_money_line_told_per_known"), type_="check")

    with op.batch_alter_table("staff_role", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_staff_role_role_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_staff_role_role_known"), "role IN ('auditor', 'decider', 'payments', 'preparer', 'waiver_decider')"
        )

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_application_adults_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_application_adults_known"), "adults IN ('alone', 'cohabitant', 'other_adult', 'spouse')"
        )

    with op.batch_alter_table("worksheet", schema=None) as batch_op:
        batch_op.drop_column("norm_reason")

    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.drop_column("told_cents")
        batch_op.drop_column("told_per")

    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_column("proposed_terms")

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_column("credit_ban")

    with op.batch_alter_table("figure_verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_verdict_given_by_id"))

    op.drop_table("figure_verdict")
    with op.batch_alter_table("figure_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_entry_entered_by_id"))
        batch_op.drop_index("ix_figure_entry_entered")

    op.drop_table("figure_entry")
