"""The application and its sections, consent to debt investigation, supplement requests."""
