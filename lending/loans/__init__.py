"""The loan: agreement, repayment plan, interest, ledger, disbursement, billing, payments.

Pure rules (no clock, no database): ``interest``, ``terms``, ``plan``, ``allocation``, ``replay``, ``payoff``,
``acceleration``. Acts: ``agreements``, ``disbursement``, ``billing``, ``payments``. Reading: ``ledger``, ``position``.
"""
