"""The language server: what editors show while one types. Nothing here is imported without it."""
