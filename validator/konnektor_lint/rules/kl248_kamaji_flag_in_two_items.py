"""An extra argument of Kamaji has its value in the next item, from which it is then parted."""

from konnektor_lint.connector import Connector
from konnektor_lint.diagnostic import value_of
from konnektor_lint.limits import shortened
from konnektor_lint.placeholder import has_placeholder
from konnektor_lint.rule import Findings, rule


@rule(
    "KL248",
    "kamaji-flag-in-two-items",
    since="0.1",
    about=("distributions",),
    args=("item", "flag"),
    references=(
        "kamaji 01f82d8 internal/utilities/args.go: ArgsFromSliceToMap, ArgsFromMapToSlice sorts",
        "kamaji 01f82d8 internal/builders/controlplane/konnectivity_server.go: its arguments",
    ),
)
def kamaji_flag_in_two_items(connector: Connector) -> Findings:
    """Report items without a dash: sorted, they end up behind all flags."""
    for found in connector.distributions:
        if found.product != "kamaji":
            continue
        for component in found.arguments:
            before = ""
            for item in component.node.items():
                text = item.text or ""
                if text and text[0] != "-" and not has_placeholder(text):
                    flag = before if before.startswith("-") and "=" not in before else "--flag"
                    yield kamaji_flag_in_two_items.report(
                        value_of(item), item=shortened(text), flag=shortened(flag)
                    )
                before = text
