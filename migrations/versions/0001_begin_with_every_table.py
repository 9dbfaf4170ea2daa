"""Begin with every table."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from lending.basics.append_only import append_only_statements

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


#: Tables of which a row, once written, neither changes nor goes.
APPEND_ONLY = (
    "access_log_entry",
    "billed_row",
    "consent_use",
    "disbursement",
    "event",
    "frozen_document",
    "ledger_entry",
    "plan_version",
)


def upgrade() -> None:
    op.create_table(
        "case_number",
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "year", name=op.f("pk_case_number")),
    )
    op.create_table(
        "citizen",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hetu_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hetu_index", sa.String(length=64), nullable=False),
        sa.Column("given_names", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("sort_name", sa.String(length=240), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("municipality_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safety_ban", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'fi', 'sv')", name=op.f("ck_citizen_language_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen")),
        sa.UniqueConstraint("hetu_index", name=op.f("uq_citizen_hetu_index")),
    )
    with op.batch_alter_table("citizen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citizen_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("realm", sa.String(length=10), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('en', 'fi', 'sv')", name=op.f("ck_feedback_language_known")),
        sa.CheckConstraint("realm IN ('citizen', 'staff')", name=op.f("ck_feedback_realm_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_left_at"), ["left_at"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("realm", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=30), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("realm IN ('citizen', 'staff')", name=op.f("ck_sign_in_realm_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_person_id"), ["person_id"], unique=False)

    op.create_table(
        "staff_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("username", sa.String(length=60), nullable=False),
        sa.Column("given_names", sa.String(length=100), nullable=False),
        sa.Column("family_name", sa.String(length=100), nullable=False),
        sa.Column("sort_name", sa.String(length=240), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("language IN ('en', 'fi', 'sv')", name=op.f("ck_staff_member_language_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("organisation", "username", name=op.f("uq_staff_member_organisation_username")),
    )
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_member_sort_name"), ["sort_name"], unique=False)

    op.create_table(
        "access_log_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_access_log_entry_citizen_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_access_log_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log_entry")),
    )
    with op.batch_alter_table("access_log_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_log_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_log_entry_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_log_entry_citizen_id"), ["citizen_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_log_entry_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("complete_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'fi', 'sv')", name=op.f("ck_case_file_language_known")),
        sa.CheckConstraint(
            "state IN ('agreement_accepted', 'agreement_concluded', 'agreement_offered', 'closed', 'draft', 'granted', 'in_preparation', 'refused', 'running', 'submitted', 'waiting_for_citizen', 'waiting_for_decision', 'withdrawn')",
            name=op.f("ck_case_file_state_known"),
        ),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_case_file_citizen_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["staff_member.id"], name=op.f("fk_case_file_handler_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("organisation", "number", name=op.f("uq_case_file_organisation_number")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_citizen_id"), ["citizen_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_file_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index("ix_case_file_queue", ["organisation", "unit", "state", "pending_since"], unique=False)

    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('auditor', 'decider', 'payments', 'preparer', 'waiver_decider')",
            name=op.f("ck_staff_role_role_known"),
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "application",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("adults", sa.String(length=20), nullable=True),
        sa.Column("partner_net_income_cents", sa.Integer(), nullable=True),
        sa.Column("in_debt_adjustment", sa.Boolean(), nullable=True),
        sa.Column("entrepreneur", sa.Boolean(), nullable=True),
        sa.Column("owns_property", sa.Boolean(), nullable=True),
        sa.Column("household_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=True),
        sa.Column("purpose_details", sa.Text(), nullable=True),
        sa.Column("how_it_helps", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("purpose_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("income_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expenses_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assets_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("debts_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "adults IN ('alone', 'cohabitant', 'other_adult', 'spouse')", name=op.f("ck_application_adults_known")
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_application_amount_positive")),
        sa.CheckConstraint("months > 0", name=op.f("ck_application_months_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_application_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_application")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("supplement_item_id", sa.Uuid(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("blob_id", sa.String(length=64), nullable=False),
        sa.Column("blob_key_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_kind", sa.String(length=10), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png')", name=op.f("ck_attachment_media_type_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_attachment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("blob_id", name=op.f("uq_attachment_blob_id")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_supplement_item_id"), ["supplement_item_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('en', 'fi', 'sv')", name=op.f("ck_consent_language_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_consent_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_consent_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_citizen_id"), ["citizen_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("actor_kind IN ('citizen', 'staff', 'system')", name=op.f("ck_event_actor_kind_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_case_id"), ["case_id"], unique=False)

    op.create_table(
        "frozen_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_frozen_document_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_document")),
    )
    with op.batch_alter_table("frozen_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_frozen_document_case_id"), ["case_id"], unique=False)

    op.create_table(
        "ground_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("clause", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judgment", sa.String(length=10), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("judged_by_id", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "judgment IS NULL OR judgment IN ('met', 'not_met')", name=op.f("ck_ground_finding_judgment_known")
        ),
        sa.CheckConstraint(
            "result IN ('met', 'needs_judgment', 'not_known', 'not_met')", name=op.f("ck_ground_finding_result_known")
        ),
        sa.CheckConstraint(
            "judgment IS NULL OR reasons IS NOT NULL", name=op.f("ck_ground_finding_judgment_has_reasons")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_ground_finding_case_id")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["staff_member.id"], name=op.f("fk_ground_finding_judged_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground_finding")),
        sa.UniqueConstraint("case_id", "clause", name=op.f("uq_ground_finding_case_id_clause")),
    )
    with op.batch_alter_table("ground_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ground_finding_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ground_finding_judged_by_id"), ["judged_by_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff_member.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_note_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_notice_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_citizen_id"), ["citizen_id"], unique=False)

    op.create_table(
        "supplement_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_over_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('answered', 'lapsed', 'open', 'passed_over')", name=op.f("ck_supplement_request_state_known")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff_member.id"], name=op.f("fk_supplement_request_asked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_supplement_request_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_request")),
    )
    with op.batch_alter_table("supplement_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplement_request_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_supplement_request_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "uq_supplement_request_open",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "worksheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("computed_for", sa.Date(), nullable=False),
        sa.Column("norm", sa.String(length=30), nullable=False),
        sa.Column("norm_valid_from", sa.Date(), nullable=False),
        sa.Column("norm_status", sa.String(length=20), nullable=False),
        sa.Column("norm_row", sa.JSON(), nullable=False),
        sa.Column("prepared_by_id", sa.Uuid(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("norm IN ('debt_adjustment', 'social_assistance')", name=op.f("ck_worksheet_norm_known")),
        sa.CheckConstraint("state IN ('open', 'replaced', 'settled')", name=op.f("ck_worksheet_state_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_worksheet_case_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["staff_member.id"], name=op.f("fk_worksheet_prepared_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worksheet")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_worksheet_case_id_number")),
    )
    with op.batch_alter_table("worksheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worksheet_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_worksheet_prepared_by_id"), ["prepared_by_id"], unique=False)
        batch_op.create_index(
            "uq_worksheet_current",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        )

    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("principal_cents", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("instalment_cents", sa.Integer(), nullable=False),
        sa.Column("due_day", sa.String(length=4), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=False),
        sa.Column("last_due_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("rate_percent", sa.String(length=16), nullable=False),
        sa.Column("rate_from", sa.Date(), nullable=False),
        sa.Column("day_count", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("other_terms", sa.Text(), nullable=True),
        sa.Column("may_accelerate", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("document_sha256", sa.String(length=64), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "day_count IN ('30E/360', 'actual/360', 'actual/365', 'rate/12')", name=op.f("ck_agreement_day_count_known")
        ),
        sa.CheckConstraint("due_day IN ('15', 'last')", name=op.f("ck_agreement_due_day_known")),
        sa.CheckConstraint("method IN ('equal_instalment', 'equal_principal')", name=op.f("ck_agreement_method_known")),
        sa.CheckConstraint(
            "state IN ('accepted', 'concluded', 'lapsed', 'offered')", name=op.f("ck_agreement_state_known")
        ),
        sa.CheckConstraint("months > 0", name=op.f("ck_agreement_months_positive")),
        sa.CheckConstraint("principal_cents > 0", name=op.f("ck_agreement_principal_positive")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["citizen.id"], name=op.f("fk_agreement_accepted_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_agreement_case_id")),
        sa.ForeignKeyConstraint(["concluded_by_id"], ["staff_member.id"], name=op.f("fk_agreement_concluded_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["frozen_document.id"], name=op.f("fk_agreement_document_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["staff_member.id"], name=op.f("fk_agreement_offered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_agreement_case_id_number")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_accepted_by_id"), ["accepted_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_concluded_by_id"), ["concluded_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_offered_by_id"), ["offered_by_id"], unique=False)

    op.create_table(
        "child",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("benefits_cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("age BETWEEN 0 AND 25", name=op.f("ck_child_age_of_a_child")),
        sa.ForeignKeyConstraint(["case_id"], ["application.case_id"], name=op.f("fk_child_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
    )
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_child_case_id"), ["case_id"], unique=False)

    op.create_table(
        "consent_use",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_of", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name=op.f("fk_consent_use_consent_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_consent_use_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_use")),
    )
    with op.batch_alter_table("consent_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_use_consent_id"), ["consent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consent_use_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "debt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("creditor", sa.String(length=120), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("monthly_cents", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("to_be_arranged", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('bank_loan', 'bills', 'consumer_credit', 'credit_card', 'fine_or_compensation', 'home_loan', 'instalment_purchase', 'other_debt', 'private_person', 'rent_arrears', 'student_loan', 'tax_or_public_charge', 'vehicle_loan')",
            name=op.f("ck_debt_basis_known"),
        ),
        sa.CheckConstraint(
            "stage IN ('in_collection', 'in_enforcement', 'late', 'on_time')", name=op.f("ck_debt_stage_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["application.case_id"], name=op.f("fk_debt_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debt")),
    )
    with op.batch_alter_table("debt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_debt_case_id"), ["case_id"], unique=False)

    op.create_table(
        "money_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("details", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "kind IN ('bank_account', 'business_income', 'commuting', 'day_care', 'electricity', 'health_costs', 'home_insurance', 'home_loan', 'housing_allowance', 'housing_company_charge', 'maintenance_paid', 'maintenance_received', 'other_asset', 'other_expense', 'other_income', 'other_property', 'own_home', 'parental_allowance', 'pension', 'rehabilitation_allowance', 'rent', 'securities', 'sickness_allowance', 'social_assistance', 'student_grant', 'unemployment_allowance', 'vehicle', 'wage', 'water')",
            name=op.f("ck_money_line_kind_known"),
        ),
        sa.CheckConstraint("section IN ('assets', 'expenses', 'income')", name=op.f("ck_money_line_section_known")),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_money_line_amount_not_negative")),
        sa.ForeignKeyConstraint(["case_id"], ["application.case_id"], name=op.f("fk_money_line_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_line")),
    )
    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_money_line_case_id"), ["case_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("worksheet_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("return_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind <> 'grant' OR (amount_cents IS NOT NULL AND amount_cents > 0 AND months IS NOT NULL AND months > 0 AND purpose IS NOT NULL)",
            name=op.f("ck_proposal_grant_is_complete"),
        ),
        sa.CheckConstraint("kind IN ('grant', 'refusal')", name=op.f("ck_proposal_kind_known")),
        sa.CheckConstraint(
            "state IN ('confirmed', 'open', 'overruled', 'returned', 'withdrawn')", name=op.f("ck_proposal_state_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_proposal_case_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff_member.id"], name=op.f("fk_proposal_ended_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["staff_member.id"], name=op.f("fk_proposal_proposed_by_id")),
        sa.ForeignKeyConstraint(["worksheet_id"], ["worksheet.id"], name=op.f("fk_proposal_worksheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_ended_by_id"), ["ended_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_proposed_by_id"), ["proposed_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_worksheet_id"), ["worksheet_id"], unique=False)
        batch_op.create_index(
            "uq_proposal_open",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "supplement_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(length=20), nullable=False),
        sa.Column("attachment_kind", sa.String(length=60), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint("wanted IN ('document', 'explanation')", name=op.f("ck_supplement_item_wanted_known")),
        sa.ForeignKeyConstraint(["request_id"], ["supplement_request.id"], name=op.f("fk_supplement_item_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement_item")),
    )
    with op.batch_alter_table("supplement_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supplement_item_request_id"), ["request_id"], unique=False)

    op.create_table(
        "worksheet_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worksheet_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("details", sa.String(length=200), nullable=True),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("computed_cents", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("in_before", sa.Boolean(), nullable=False),
        sa.Column("in_after", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("edited_by_id", sa.Uuid(), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("side IN ('cost', 'debt', 'income', 'norm')", name=op.f("ck_worksheet_line_side_known")),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_worksheet_line_cents_not_negative")),
        sa.CheckConstraint("edited_at IS NULL OR reason IS NOT NULL", name=op.f("ck_worksheet_line_edit_has_a_reason")),
        sa.ForeignKeyConstraint(["edited_by_id"], ["staff_member.id"], name=op.f("fk_worksheet_line_edited_by_id")),
        sa.ForeignKeyConstraint(["worksheet_id"], ["worksheet.id"], name=op.f("fk_worksheet_line_worksheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worksheet_line")),
        sa.UniqueConstraint("worksheet_id", "key", name=op.f("uq_worksheet_line_worksheet_id_key")),
    )
    with op.batch_alter_table("worksheet_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worksheet_line_edited_by_id"), ["edited_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_worksheet_line_worksheet_id"), ["worksheet_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("prepared_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("last_day_to_claim", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("channel IN ('electronic', 'letter', 'verifiable')", name=op.f("ck_decision_channel_known")),
        sa.CheckConstraint(
            "kind <> 'grant' OR (amount_cents IS NOT NULL AND amount_cents > 0 AND months IS NOT NULL AND months > 0 AND purpose IS NOT NULL)",
            name=op.f("ck_decision_grant_is_complete"),
        ),
        sa.CheckConstraint("kind <> 'refusal' OR reasons IS NOT NULL", name=op.f("ck_decision_refusal_has_reasons")),
        sa.CheckConstraint("kind IN ('grant', 'refusal')", name=op.f("ck_decision_kind_known")),
        sa.CheckConstraint("language IN ('en', 'fi', 'sv')", name=op.f("ck_decision_language_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff_member.id"], name=op.f("fk_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["frozen_document.id"], name=op.f("fk_decision_document_id")),
        sa.ForeignKeyConstraint(["prepared_by_id"], ["staff_member.id"], name=op.f("fk_decision_prepared_by_id")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name=op.f("fk_decision_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_decision_proposal_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_decision_prepared_by_id"), ["prepared_by_id"], unique=False)

    op.create_table(
        "loan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("policy", sa.String(length=60), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("principal_cents", sa.Integer(), nullable=False),
        sa.Column("due_day", sa.String(length=4), nullable=False),
        sa.Column("day_count", sa.String(length=12), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("principal_balance_cents", sa.Integer(), nullable=False),
        sa.Column("interest_balance_cents", sa.Integer(), nullable=False),
        sa.Column("credit_balance_cents", sa.Integer(), nullable=False),
        sa.Column("stands_on", sa.Date(), nullable=False),
        sa.Column("charged_until", sa.Date(), nullable=False),
        sa.Column("accrued", sa.String(length=80), nullable=False),
        sa.Column("open_cents", sa.Integer(), nullable=False),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("extra_effect", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "day_count IN ('30E/360', 'actual/360', 'actual/365', 'rate/12')", name=op.f("ck_loan_day_count_known")
        ),
        sa.CheckConstraint("due_day IN ('15', 'last')", name=op.f("ck_loan_due_day_known")),
        sa.CheckConstraint(
            "extra_effect IN ('lower_instalment', 'shorten_term')", name=op.f("ck_loan_extra_effect_known")
        ),
        sa.CheckConstraint("state IN ('closed', 'running')", name=op.f("ck_loan_state_known")),
        sa.CheckConstraint("credit_balance_cents >= 0", name=op.f("ck_loan_credit_not_negative")),
        sa.CheckConstraint("principal_balance_cents >= 0", name=op.f("ck_loan_outstanding_not_negative")),
        sa.CheckConstraint("principal_cents > 0", name=op.f("ck_loan_principal_positive")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_loan_agreement_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_loan_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_loan_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_loan_agreement_id")),
        sa.UniqueConstraint("case_id", name=op.f("uq_loan_case_id")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loan_citizen_id"), ["citizen_id"], unique=False)
        batch_op.create_index("ix_loan_daily", ["state", "next_step_on"], unique=False)
        batch_op.create_index("ix_loan_organisation", ["organisation", "state"], unique=False)

    op.create_table(
        "disbursement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("payee", sa.String(length=10), nullable=False),
        sa.Column("creditor_name", sa.String(length=200), nullable=True),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("reference", sa.String(length=140), nullable=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "payee = 'borrower' OR creditor_name IS NOT NULL", name=op.f("ck_disbursement_creditor_named")
        ),
        sa.CheckConstraint("payee IN ('borrower', 'creditor')", name=op.f("ck_disbursement_payee_known")),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_disbursement_amount_positive")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_disbursement_loan_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff_member.id"], name=op.f("fk_disbursement_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement")),
    )
    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disbursement_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_recorded_by_id"), ["recorded_by_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("principal_cents", sa.Integer(), nullable=False),
        sa.Column("interest_cents", sa.Integer(), nullable=False),
        sa.Column("credit_cents", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=140), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("effect", sa.String(length=20), nullable=True),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('citizen', 'staff', 'system')", name=op.f("ck_ledger_entry_actor_kind_known")
        ),
        sa.CheckConstraint(
            "kind <> 'reversal' OR reverses_id IS NOT NULL", name=op.f("ck_ledger_entry_reversal_names_the_first")
        ),
        sa.CheckConstraint(
            "kind IN ('correction', 'disbursement', 'interest_charge', 'payment', 'refund', 'reversal', 'waiver', 'write_off')",
            name=op.f("ck_ledger_entry_kind_known"),
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_ledger_entry_loan_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ledger_entry_idempotency_key")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_of_loan", ["loan_id", "value_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entry_reverses_id"), ["reverses_id"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("from_n", sa.Integer(), nullable=False),
        sa.Column("from_due", sa.Date(), nullable=False),
        sa.Column("instalment_cents", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_kind", sa.String(length=10), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('correction', 'disbursement', 'due-day', 'extension', 'extra-payment', 'grace', 'instalment', 'postponement', 'reference-rate', 'waiver')",
            name=op.f("ck_plan_version_reason_known"),
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_plan_version_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("loan_id", "number", name=op.f("uq_plan_version_loan_id_number")),
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_version_loan_id"), ["loan_id"], unique=False)

    op.create_table(
        "billed_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("plan_version_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("billed_on", sa.Date(), nullable=False),
        sa.Column("instalment_cents", sa.Integer(), nullable=False),
        sa.Column("interest_cents", sa.Integer(), nullable=False),
        sa.Column("principal_cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('grace', 'last', 'regular')", name=op.f("ck_billed_row_kind_known")),
        sa.CheckConstraint(
            "instalment_cents = interest_cents + principal_cents", name=op.f("ck_billed_row_parts_add_up")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_billed_row_loan_id")),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_version.id"], name=op.f("fk_billed_row_plan_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billed_row")),
        sa.UniqueConstraint("loan_id", "n", name=op.f("uq_billed_row_loan_id_n")),
    )
    with op.batch_alter_table("billed_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_billed_row_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_billed_row_plan_version_id"), ["plan_version_id"], unique=False)

    op.create_table(
        "change_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("loan_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_dates", sa.JSON(), nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("asked_terms", sa.JSON(), nullable=False),
        sa.Column("asked_principal_cents", sa.Integer(), nullable=False),
        sa.Column("asked_interest_cents", sa.Integer(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("proposal", sa.String(length=10), nullable=True),
        sa.Column("proposed_principal_cents", sa.Integer(), nullable=True),
        sa.Column("proposed_interest_cents", sa.Integer(), nullable=True),
        sa.Column("proposal_reasons", sa.Text(), nullable=True),
        sa.Column("proposal_clauses", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=True),
        sa.Column("effect", sa.String(length=20), nullable=True),
        sa.Column("granted_due_dates", sa.JSON(), nullable=False),
        sa.Column("granted_terms", sa.JSON(), nullable=False),
        sa.Column("granted_principal_cents", sa.Integer(), nullable=True),
        sa.Column("granted_interest_cents", sa.Integer(), nullable=True),
        sa.Column("decision_reasons", sa.Text(), nullable=True),
        sa.Column("decision_clauses", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("plan_version_id", sa.Uuid(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "effect IN ('lower_instalment', 'shorten_term')", name=op.f("ck_change_request_effect_known")
        ),
        sa.CheckConstraint(
            "kind IN ('due_day', 'extension', 'grace', 'instalment', 'postponement', 'waiver')",
            name=op.f("ck_change_request_kind_known"),
        ),
        sa.CheckConstraint("proposal IN ('grant', 'refuse')", name=op.f("ck_change_request_proposal_known")),
        sa.CheckConstraint(
            "state IN ('granted', 'in_preparation', 'proposed', 'refused', 'requested', 'withdrawn')",
            name=op.f("ck_change_request_state_known"),
        ),
        sa.CheckConstraint(
            "proposed_by_id IS NULL OR proposed_by_id <> decided_by_id",
            name=op.f("ck_change_request_decided_by_another"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_change_request_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff_member.id"], name=op.f("fk_change_request_decided_by_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["staff_member.id"], name=op.f("fk_change_request_handler_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["frozen_document.id"], name=op.f("fk_change_request_letter_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_change_request_loan_id")),
        sa.ForeignKeyConstraint(
            ["plan_version_id"], ["plan_version.id"], name=op.f("fk_change_request_plan_version_id")
        ),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["staff_member.id"], name=op.f("fk_change_request_proposed_by_id")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["citizen.id"], name=op.f("fk_change_request_requested_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_request_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_handler_id"), ["handler_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_letter_id"), ["letter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_loan_id"), ["loan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_plan_version_id"), ["plan_version_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_proposed_by_id"), ["proposed_by_id"], unique=False)
        batch_op.create_index("ix_change_request_queue", ["organisation", "state", "requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_requested_by_id"), ["requested_by_id"], unique=False)

    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in append_only_statements(table, dialect):
            op.get_bind().exec_driver_sql(statement.replace("%", "%%") if dialect == "postgresql" else statement)


def downgrade() -> None:
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_request_requested_by_id"))
        batch_op.drop_index("ix_change_request_queue")
        batch_op.drop_index(batch_op.f("ix_change_request_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_plan_version_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_loan_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_letter_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_handler_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_decided_by_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_case_id"))

    op.drop_table("change_request")
    with op.batch_alter_table("billed_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_billed_row_plan_version_id"))
        batch_op.drop_index(batch_op.f("ix_billed_row_loan_id"))

    op.drop_table("billed_row")
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_version_loan_id"))

    op.drop_table("plan_version")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_reverses_id"))
        batch_op.drop_index("ix_ledger_entry_of_loan")

    op.drop_table("ledger_entry")
    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disbursement_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_loan_id"))

    op.drop_table("disbursement")
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.drop_index("ix_loan_organisation")
        batch_op.drop_index("ix_loan_daily")
        batch_op.drop_index(batch_op.f("ix_loan_citizen_id"))

    op.drop_table("loan")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_prepared_by_id"))
        batch_op.drop_index(batch_op.f("ix_decision_document_id"))
        batch_op.drop_index(batch_op.f("ix_decision_decided_by_id"))
        batch_op.drop_index(batch_op.f("ix_decision_case_id"))

    op.drop_table("decision")
    with op.batch_alter_table("worksheet_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worksheet_line_worksheet_id"))
        batch_op.drop_index(batch_op.f("ix_worksheet_line_edited_by_id"))

    op.drop_table("worksheet_line")
    with op.batch_alter_table("supplement_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supplement_item_request_id"))

    op.drop_table("supplement_item")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_proposal_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_proposal_worksheet_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_proposed_by_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_ended_by_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_case_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("money_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_line_case_id"))

    op.drop_table("money_line")
    with op.batch_alter_table("debt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_debt_case_id"))

    op.drop_table("debt")
    with op.batch_alter_table("consent_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_use_staff_id"))
        batch_op.drop_index(batch_op.f("ix_consent_use_consent_id"))

    op.drop_table("consent_use")
    with op.batch_alter_table("child", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_child_case_id"))

    op.drop_table("child")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_offered_by_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_document_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_concluded_by_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_case_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_accepted_by_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("worksheet", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_worksheet_current",
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        )
        batch_op.drop_index(batch_op.f("ix_worksheet_prepared_by_id"))
        batch_op.drop_index(batch_op.f("ix_worksheet_case_id"))

    op.drop_table("worksheet")
    with op.batch_alter_table("supplement_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_supplement_request_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_supplement_request_case_id"))
        batch_op.drop_index(batch_op.f("ix_supplement_request_asked_by"))

    op.drop_table("supplement_request")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_citizen_id"))
        batch_op.drop_index(batch_op.f("ix_notice_case_id"))

    op.drop_table("notice")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_case_id"))
        batch_op.drop_index(batch_op.f("ix_note_author_id"))

    op.drop_table("note")
    with op.batch_alter_table("ground_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ground_finding_judged_by_id"))
        batch_op.drop_index(batch_op.f("ix_ground_finding_case_id"))

    op.drop_table("ground_finding")
    with op.batch_alter_table("frozen_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frozen_document_case_id"))

    op.drop_table("frozen_document")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_case_id"))

    op.drop_table("event")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_citizen_id"))
        batch_op.drop_index(batch_op.f("ix_consent_case_id"))

    op.drop_table("consent")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_supplement_item_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_case_id"))

    op.drop_table("attachment")
    op.drop_table("application")
    op.drop_table("staff_role")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index("ix_case_file_queue")
        batch_op.drop_index(batch_op.f("ix_case_file_handler_id"))
        batch_op.drop_index(batch_op.f("ix_case_file_citizen_id"))

    op.drop_table("case_file")
    with op.batch_alter_table("access_log_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_log_entry_staff_id"))
        batch_op.drop_index(batch_op.f("ix_access_log_entry_citizen_id"))
        batch_op.drop_index(batch_op.f("ix_access_log_entry_case_id"))
        batch_op.drop_index(batch_op.f("ix_access_log_entry_at"))

    op.drop_table("access_log_entry")
    with op.batch_alter_table("staff_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_member_sort_name"))

    op.drop_table("staff_member")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_person_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_left_at"))

    op.drop_table("feedback")
    with op.batch_alter_table("citizen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citizen_sort_name"))

    op.drop_table("citizen")
    op.drop_table("case_number")

    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
