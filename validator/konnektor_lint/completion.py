"""Scripts that let a shell complete the command line, made from the parser.

Each holds the options, what may stand behind them, and the rules, so completing starts no Python.
"""

import argparse
import re
from collections.abc import Iterator
from typing import NamedTuple

from konnektor_lint.cli import OneOf
from konnektor_lint.policy import LEVELS
from konnektor_lint.report.formats import FORMATS
from konnektor_lint.rule import all_rules
from konnektor_lint.texts import rule_text

PROGRAM = "konnektor-lint"
FOLDERS, FILES, TARGET, RULES, SEVERITY, WORDS, TEXT, NONE = (
    "folders", "files", "target", "rules", "severity", "words", "text", "none",
)  # fmt: skip
_KINDS = {
    "DIR": FOLDERS, "FILE": FILES, "PATH": FILES, "[FORMAT=]FILE": TARGET, "RULES": RULES,
    "RULE=LEVEL": SEVERITY,
}  # fmt: skip


class Option(NamedTuple):
    """An option: what completes its value (one of the kinds above), and what it is for."""

    names: tuple[str, ...]
    kind: str
    words: tuple[str, ...]
    help: str


def script(shell: str, parser: argparse.ArgumentParser, language: str) -> str:
    """Return the script for one of ``SHELLS``; what it explains is in the parser's language."""
    options = [_option(action) for action in parser._actions if action.option_strings]
    return SHELLS[shell](options, language)


def _option(action: argparse.Action) -> Option:
    choices = _choices(action)
    if action.nargs == 0:
        kind = NONE
    elif choices:
        kind = WORDS
    else:
        kind = _KINDS.get(str(action.metavar), TEXT)
    # A menu has room for what the help says first.
    words = re.split(r"[:;(]", (action.help or "").replace("%%", "%"))[0].strip()
    return Option(tuple(action.option_strings), kind, choices, words)


def _choices(action: argparse.Action) -> tuple[str, ...]:
    """Return the words an option takes."""
    return action.type.choices if isinstance(action.type, OneOf) else ()


def _rules(language: str) -> list[tuple[str, str]]:
    """Return each code, each slug and each beginning of codes with what it stands for."""
    rules = all_rules()
    groups = sorted({rule.code[:3] for rule in rules})
    titles = {rule.code: rule_text(rule.code, language)["title"].replace("`", "") for rule in rules}
    return [
        *((group, f"{group}xx") for group in groups),
        *((rule.code, f"{rule.slug}: {titles[rule.code]}") for rule in rules),
        *((rule.slug, f"{rule.code}: {titles[rule.code]}") for rule in rules),
    ]


# --- bash ---------------------------------------------------------------------------------------

_BASH = """\
# completion for konnektor-lint in bash 4.3 or later.
# In ~/.bashrc:  source <(konnektor-lint --completion bash)

_konnektor_lint() {
    local rules='@RULES@'
    local levels='@LEVELS@' formats='@FORMATS@'
    # The words as they were typed: bash parts them at = and :.
    local line=${COMP_LINE:0:COMP_POINT} current previous head='' kind=''
    local -a typed
    read -r -a typed <<< "$line"
    current=${typed[-1]}
    if [[ $line == *[[:space:]] ]]; then current=''; else unset 'typed[-1]'; fi
    previous=${typed[-1]-}
    if [[ $current == --*=* ]]; then
        previous=${current%%=*}
        current=${current#*=}
    fi
    COMPREPLY=()
    case $previous in
@CASES@
    esac
    if [[ -z $kind ]]; then
        if [[ $current == -* ]]; then kind='@OPTIONS@'; else kind=files; fi
    fi
    case $kind in
        text) return ;;
        files | folders) ;;
        target)
            if [[ $current == *=* ]]; then
                head=${current%%=*}=
                current=${current#*=}
            else
                mapfile -t COMPREPLY < <(compgen -S = -W "$formats" -- "$current")
                compopt -o nospace 2> /dev/null
            fi
            kind=files ;;
        rules)
            [[ $current == *,* ]] && head=${current%,*},
            current=${current##*,}
            kind=$rules ;;
        severity)
            [[ $current == *,* ]] && head=${current%,*},
            current=${current##*,}
            if [[ $current == *=* ]]; then
                head+=${current%%=*}=
                current=${current#*=}
                kind=$levels
            else
                mapfile -t COMPREPLY < <(compgen -S = -W "$rules" -- "$current")
                compopt -o nospace 2> /dev/null
                kind=text
            fi ;;
    esac
    case $kind in
        text) ;;
        files)
            compopt -o filenames 2> /dev/null
            local -a found
            mapfile -t found < <(compgen -f -- "$current")
            COMPREPLY+=("${found[@]}") ;;
        folders)
            compopt -o filenames 2> /dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$kind" -- "$current") ;;
    esac
    # Bash replaces only what stands behind the last = (and what it takes for a part of a word).
    if [[ -n $head ]]; then
        local at
        [[ $head == *=* && $COMP_WORDBREAKS == *=* ]] && head=${head##*=}
        for at in "${!COMPREPLY[@]}"; do COMPREPLY[at]=$head${COMPREPLY[at]}; done
    fi
}

complete -F _konnektor_lint konnektor-lint
"""


def _bash(options: list[Option], language: str) -> str:
    cases = []
    for option in options:
        if option.kind != NONE:
            value = f"'{' '.join(option.words)}'" if option.kind == WORDS else option.kind
            cases.append(f"        {' | '.join(option.names)}) kind={value} ;;")
    return _filled(
        _BASH,
        RULES=" ".join(name for name, _ in _rules(language)),
        LEVELS=" ".join(LEVELS),
        FORMATS=" ".join(FORMATS),
        CASES="\n".join(cases),
        OPTIONS=" ".join(name for option in options for name in option.names),
    )


# --- zsh ----------------------------------------------------------------------------------------

_ZSH = """\
#compdef konnektor-lint
# zsh completion for konnektor-lint.
# In ~/.zshrc, below compinit:  source <(konnektor-lint --completion zsh)
# Or as a file _konnektor-lint in a folder of $fpath.

_konnektor_lint_rules() {
    local -a rules
    rules=(
@RULES@
    )
    _describe -t rules rule rules "$@"
}

_konnektor_lint_rule_list() {
    compset -P '*,'
    _konnektor_lint_rules -qS ,
}

_konnektor_lint_severity() {
    compset -P '*,'
    if compset -P '*='; then
        compadd -- @LEVELS@
    else
        _konnektor_lint_rules -S =
    fi
}

_konnektor_lint_target() {
    if compset -P '*='; then
        _files
    else
        compadd -S = -- @FORMATS@
        _files
    fi
}

_konnektor_lint() {
    _arguments -S -s \\
@OPTIONS@
        '*:PATH:_files'
}

if [[ ${funcstack[1]-} == _konnektor-lint ]]; then
    _konnektor_lint "$@"
else
    compdef _konnektor_lint konnektor-lint
fi
"""
_ZSH_KINDS = {
    FOLDERS: "_files -/", FILES: "_files", TARGET: "_konnektor_lint_target",
    RULES: "_konnektor_lint_rule_list", SEVERITY: "_konnektor_lint_severity", TEXT: " ",
}  # fmt: skip


def _zsh(options: list[Option], language: str) -> str:
    rules = (
        f"        {_quoted(name.replace(':', '') + ':' + title.replace(':', chr(92) + ':'))}"
        for name, title in _rules(language)
    )
    specs = (spec for option in options for spec in _zsh_specs(option))
    return _filled(
        _ZSH,
        RULES="\n".join(rules),
        LEVELS=" ".join(LEVELS),
        FORMATS=" ".join(FORMATS),
        OPTIONS="\n".join(f"        {spec} \\" for spec in specs),
    )


def _zsh_specs(option: Option) -> Iterator[str]:
    described = re.sub(r"([\[\]:\\])", r"\\\1", option.help)
    for name in option.names:
        if option.kind == NONE:
            yield _quoted(f"{name}[{described}]")
        else:
            value = (
                f"({' '.join(option.words)})" if option.kind == WORDS else _ZSH_KINDS[option.kind]
            )
            yield _quoted(f"*{name}=[{described}]:value:{value}")


# --- fish ---------------------------------------------------------------------------------------

_FISH = """\
# fish completion for konnektor-lint.
# In ~/.config/fish/completions/konnektor-lint.fish:  konnektor-lint --completion fish | source

function __konnektor_lint_rules
    printf '%s\\t%s\\n' \\
@RULES@
end

function __konnektor_lint_rule_list
    set -l before (commandline -ct | string replace -rf '^(?:--[a-z-]+=)?(.*,)?[^,]*$' '$1')
    for rule in (__konnektor_lint_rules)
        echo -- $before$rule
    end
end

function __konnektor_lint_severity
    set -l before (commandline -ct | string replace -rf '^(?:--severity=)?(.*,)?[^,]*$' '$1')
    for rule in (__konnektor_lint_rules | string replace -r '\\t.*' '')
        for level in @LEVELS@
            echo -- $before$rule=$level
        end
    end
end

function __konnektor_lint_target
    set -l target (commandline -ct | string replace -r '^--output=' '')
    set -l before (string match -r '^[a-z]+=' -- $target)
    set -l path (string replace -r '^[a-z]+=' '' -- $target)
    __fish_complete_path $path | string replace -r '^' "$before"
    if test -z "$before"
        printf '%s=\\n' @FORMATS@
    end
end

@OPTIONS@
"""
_FISH_KINDS = {
    FOLDERS: "-x -a '(__fish_complete_directories)'", FILES: "-r -F", TEXT: "-x", NONE: "-f",
    TARGET: "-x -a '(__konnektor_lint_target)'", RULES: "-x -a '(__konnektor_lint_rule_list)'",
    SEVERITY: "-x -a '(__konnektor_lint_severity)'",
}  # fmt: skip


def _fish(options: list[Option], language: str) -> str:
    pairs = list(_rules(language))
    rules = (f"        {_fish_quoted(name)} {_fish_quoted(title)}" for name, title in pairs)
    return _filled(
        _FISH,
        RULES=" \\\n".join(rules),
        LEVELS=" ".join(LEVELS),
        FORMATS=" ".join(FORMATS),
        OPTIONS="\n".join(_fish_line(option) for option in options),
    )


def _fish_line(option: Option) -> str:
    names = " ".join(
        f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names
    )
    value = (
        f"-x -a '{' '.join(option.words)}'" if option.kind == WORDS else _FISH_KINDS[option.kind]
    )
    return f"complete -c {PROGRAM} {names} {value} -d {_fish_quoted(option.help)}"


def _quoted(text: str) -> str:
    """Return a word for bash and zsh in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _filled(template: str, **parts: str) -> str:
    return re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], template)


SHELLS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
"""How the script of each shell is made."""
