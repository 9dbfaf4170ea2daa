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
    "appropriation",
    "collection_transfer",
    "figure_entry",
    "figure_verdict",
    "fund_entry",
    "payment_reminder",
)


#: The money there is to lend as it stands: what has been granted, given up and proposed, and the principal of ledgers.
FUND_SO_FAR = (
    """
    INSERT INTO fund_entry (organisation, case_id, kind, day, booked_at, cents)
    SELECT c.organisation, c.id, 'grant', d.sent_on, d.decided_at, d.amount_cents
    FROM decision d JOIN case_file c ON c.id = d.case_id
    WHERE d.kind = 'grant' ORDER BY d.decided_at
    """,
    """
    INSERT INTO fund_entry (organisation, case_id, kind, day, booked_at, cents)
    SELECT c.organisation, c.id, 'withdraw_grant', d.sent_on, c.state_since, -d.amount_cents
    FROM decision d JOIN case_file c ON c.id = d.case_id
    WHERE d.kind = 'grant' AND c.state = 'withdrawn'
    """,
    """
    INSERT INTO fund_entry (organisation, case_id, kind, day, booked_at, cents)
    SELECT c.organisation, c.id, 'reserve', date(p.proposed_at), p.proposed_at, p.amount_cents
    FROM proposal p JOIN case_file c ON c.id = p.case_id
    WHERE p.kind = 'grant' AND p.state = 'open' AND c.state <> 'withdrawn'
    """,
    """
    INSERT INTO fund_entry (organisation, case_id, kind, day, booked_at, cents)
    SELECT l.organisation, l.case_id,
        CASE e.kind WHEN 'disbursement' THEN 'disburse' WHEN 'payment' THEN 'repay' WHEN 'reversal' THEN 'reverse'
            WHEN 'waiver' THEN 'waive' WHEN 'write_off' THEN 'write_off' ELSE 'correct' END,
        e.value_date, e.recorded_at, e.principal_cents
    FROM ledger_entry e JOIN loan l ON l.id = e.loan_id
    WHERE e.principal_cents <> 0 ORDER BY e.id
    """,
)


def upgrade() -> None:
    op.create_table(
        "fund_account",
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name=op.f("pk_fund_account")),
    )
    op.create_table(
        "appropriation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_appropriation_amount_not_negative")),
        sa.CheckConstraint("year BETWEEN 2000 AND 2200", name=op.f("ck_appropriation_year_plausible")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["staff_member.id"], name=op.f("fk_appropriation_entered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appropriation")),
    )
    with op.batch_alter_table("appropriation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appropriation_entered_by_id"), ["entered_by_id"], unique=False)
        batch_op.create_index("ix_appropriation_year", ["organisation", "year"], unique=False)

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
        "co_borrower",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("hetu_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hetu_index", sa.String(length=64), nullable=False),
        sa.Column("given_names", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("share_permille", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'accepted' OR citizen_id IS NOT NULL", name=op.f("ck_co_borrower_accepted_by_somebody")
        ),
        sa.CheckConstraint(
            "state IN ('accepted', 'declined', 'invited', 'withdrawn')", name=op.f("ck_co_borrower_state_known")
        ),
        sa.CheckConstraint("share_permille > 0 AND share_permille < 1000", name=op.f("ck_co_borrower_share_is_a_part")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_co_borrower_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_co_borrower_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_borrower")),
    )
    with op.batch_alter_table("co_borrower", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_co_borrower_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_co_borrower_citizen_id"), ["citizen_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_co_borrower_hetu_index"), ["hetu_index"], unique=False)
        batch_op.create_index(
            "uq_co_borrower_in_force",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('invited', 'accepted')"),
            postgresql_where=sa.text("state IN ('invited', 'accepted')"),
        )

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

    op.create_table(
        "fund_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('correct', 'disburse', 'grant', 'release', 'repay', 'reserve', 'reverse', 'waive', 'withdraw_grant', 'write_off')",
            name=op.f("ck_fund_entry_kind_known"),
        ),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_fund_entry_moves_something")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_fund_entry_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_entry")),
    )
    with op.batch_alter_table("fund_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fund_entry_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_fund_entry_sums", ["organisation", "kind", "day", "cents"], unique=False)

    op.create_table(
        "collection_transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("due_dates", sa.JSON(), nullable=False),
        sa.Column("late_cents", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_collection_transfer_case_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["staff_member.id"], name=op.f("fk_collection_transfer_decided_by_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_collection_transfer_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_transfer")),
    )
    with op.batch_alter_table("collection_transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_transfer_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_collection_transfer_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_collection_transfer_loan_id"), ["loan_id"], unique=False)

    op.create_table(
        "payment_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_dates", sa.JSON(), nullable=False),
        sa.Column("late_cents", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("sent_by_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number IN (1, 2)", name=op.f("ck_payment_reminder_first_or_second")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_payment_reminder_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["frozen_document.id"], name=op.f("fk_payment_reminder_document_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_payment_reminder_loan_id")),
        sa.ForeignKeyConstraint(["sent_by_id"], ["staff_member.id"], name=op.f("fk_payment_reminder_sent_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reminder")),
        sa.UniqueConstraint("document_id", name=op.f("uq_payment_reminder_document_id")),
    )
    with op.batch_alter_table("payment_reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_reminder_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_reminder_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_reminder_sent_by_id"), ["sent_by_id"], unique=False)

    op.create_table(
        "repayment_disturbance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("told_due", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("followed_by_id", sa.Uuid(), nullable=True),
        sa.Column("followed_how", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "followed_how IN ('contacted', 'seen')", name=op.f("ck_repayment_disturbance_followed_how_known")
        ),
        sa.CheckConstraint(
            "kind <> 'returned' OR entry_id IS NOT NULL", name=op.f("ck_repayment_disturbance_returned_names_entry")
        ),
        sa.CheckConstraint("kind IN ('late', 'returned')", name=op.f("ck_repayment_disturbance_kind_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_repayment_disturbance_case_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_repayment_disturbance_entry_id")),
        sa.ForeignKeyConstraint(
            ["followed_by_id"], ["staff_member.id"], name=op.f("fk_repayment_disturbance_followed_by_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_repayment_disturbance_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment_disturbance")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_repayment_disturbance_entry_id")),
    )
    with op.batch_alter_table("repayment_disturbance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_repayment_disturbance_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_repayment_disturbance_followed_by_id"), ["followed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_repayment_disturbance_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index("ix_repayment_disturbance_open", ["ended_at", "day"], unique=False)
        batch_op.create_index(
            "uq_repayment_disturbance_late",
            ["loan_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'late' AND ended_at IS NULL"),
            postgresql_where=sa.text("kind = 'late' AND ended_at IS NULL"),
        )

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("co_borrower_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("co_accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_agreement_co_borrower_id"), ["co_borrower_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_agreement_co_borrower_id"), "co_borrower", ["co_borrower_id"], ["id"]
        )

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

    for statement in FUND_SO_FAR:
        op.execute(statement)


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

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_agreement_co_borrower_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_agreement_co_borrower_id"))
        batch_op.drop_column("co_accepted_at")
        batch_op.drop_column("co_borrower_id")

    with op.batch_alter_table("repayment_disturbance", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_repayment_disturbance_late",
            sqlite_where=sa.text("kind = 'late' AND ended_at IS NULL"),
            postgresql_where=sa.text("kind = 'late' AND ended_at IS NULL"),
        )
        batch_op.drop_index("ix_repayment_disturbance_open")
        batch_op.drop_index(batch_op.f("ix_repayment_disturbance_loan_id"))
        batch_op.drop_index(batch_op.f("ix_repayment_disturbance_followed_by_id"))
        batch_op.drop_index(batch_op.f("ix_repayment_disturbance_case_id"))

    op.drop_table("repayment_disturbance")
    with op.batch_alter_table("payment_reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_reminder_sent_by_id"))
        batch_op.drop_index(batch_op.f("ix_payment_reminder_loan_id"))
        batch_op.drop_index(batch_op.f("ix_payment_reminder_case_id"))

    op.drop_table("payment_reminder")
    with op.batch_alter_table("collection_transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_transfer_loan_id"))
        batch_op.drop_index(batch_op.f("ix_collection_transfer_decided_by_id"))
        batch_op.drop_index(batch_op.f("ix_collection_transfer_case_id"))

    op.drop_table("collection_transfer")
    with op.batch_alter_table("fund_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_fund_entry_sums")
        batch_op.drop_index(batch_op.f("ix_fund_entry_case_id"))

    op.drop_table("fund_entry")
    with op.batch_alter_table("figure_verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_verdict_given_by_id"))

    op.drop_table("figure_verdict")
    with op.batch_alter_table("co_borrower", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_co_borrower_in_force",
            sqlite_where=sa.text("state IN ('invited', 'accepted')"),
            postgresql_where=sa.text("state IN ('invited', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_co_borrower_hetu_index"))
        batch_op.drop_index(batch_op.f("ix_co_borrower_citizen_id"))
        batch_op.drop_index(batch_op.f("ix_co_borrower_case_id"))

    op.drop_table("co_borrower")
    with op.batch_alter_table("figure_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_figure_entry_entered_by_id"))
        batch_op.drop_index("ix_figure_entry_entered")

    op.drop_table("figure_entry")
    with op.batch_alter_table("appropriation", schema=None) as batch_op:
        batch_op.drop_index("ix_appropriation_year")
        batch_op.drop_index(batch_op.f("ix_appropriation_entered_by_id"))

    op.drop_table("appropriation")
    op.drop_table("fund_account")
