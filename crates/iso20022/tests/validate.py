"""Validates messages with the Python package xmlschema, which is not libxml2.

Usage: validate.py SCHEMA FILE..., with any number of `--` between such groups. Prints a line for
every file that is not valid.
"""

import sys

import xmlschema


def main(arguments):
    group = []
    for argument in [*arguments, "--"]:
        if argument != "--":
            group.append(argument)
            continue
        if group:
            schema = xmlschema.XMLSchema(group[0])
            for path in group[1:]:
                for error in schema.iter_errors(path):
                    print(path, error.path, error.reason)
        group = []


main(sys.argv[1:])
