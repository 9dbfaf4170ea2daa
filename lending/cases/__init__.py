"""The thread every matter hangs on: case number, state, timeline, attachments, notes, frozen documents, notices."""
