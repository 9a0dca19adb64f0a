"""Lint a fleet on a Dask cluster: ``python fleet.py [--scheduler ADDRESS] FOLDER…``.

Each folder is one cluster's, or the folder of a few; every machine must see them under these names.
Without an address, the processors of this machine do the work.
"""

import argparse
import sys

from dask import bag
from dask.distributed import Client

from konnektor_lint import lint


def main() -> int:
    """Print a line for each folder and its findings; 1: one of them has an error."""
    options = argparse.ArgumentParser(description="Lint a fleet on the machines of a Dask cluster.")
    options.add_argument("--scheduler", help="tcp://HOST:PORT of a running cluster")
    options.add_argument("folders", nargs="+", metavar="FOLDER")
    given = options.parse_args()
    with Client(given.scheduler, dashboard_address=None) as client:
        reports = client.compute(bag.from_sequence(given.folders).map(lint)).result()
    for folder, report in zip(given.folders, reports, strict=True):
        print(f"{folder}: {len(report.findings)}")
        for finding in report.findings:
            place = finding.location
            print(f"  {place.file}:{place.line}:{place.column}: {finding.code} {finding.message}")
    return int(any(report.exit_code == 1 for report in reports))


if __name__ == "__main__":
    sys.exit(main())
