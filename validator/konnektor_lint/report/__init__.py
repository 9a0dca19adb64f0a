"""How findings are shown; a reporter turns language-free findings into text of a format."""
