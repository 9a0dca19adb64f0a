"""One rule a file; adding one edits no other file (see CONTRIBUTING)."""
