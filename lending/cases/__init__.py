"""The thread every matter hangs on: case number, state, authority, timeline, attachments, notes, documents."""
