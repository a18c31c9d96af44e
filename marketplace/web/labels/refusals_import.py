"""Why a list, or a row of one, could not be taken in."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "importer_unknown_caseworker": lazy_template("Nobody with the e-mail %(email)s is a caseworker of this organiser."),
    "importer_unknown_procurement": lazy_template(
        "Nobody with the e-mail %(email)s is a procurement officer of this organiser."
    ),
    "importer_not_named": lazy_template("Several people have this role. Name the one who imports: --as EMAIL."),
    "importer_of_many": lazy_template(
        "%(email)s works for several organisers. Name one with --organiser: %(organisers)s."
    ),
    "import_spreadsheet": lazy_template(
        "This is an Excel file (or another packed file). Save it as CSV and send that."
    ),
    "import_not_text": lazy_template("This is not a list but some other kind of file. Save the list as CSV."),
    "import_empty": lazy_template("The file is empty. The first line names the columns, the others are the rows."),
    "import_no_header": lazy_template(
        "The first line does not name the columns. It must have these, in any order: %(columns)s."
    ),
    "import_columns_missing": lazy_template("These columns are missing: %(columns)s."),
    "import_columns_unknown": lazy_template(
        "These columns are not known: %(columns)s. Take them away, or name them as they are meant: %(known)s."
    ),
    "import_columns_twice": lazy_template("These columns are there twice: %(columns)s."),
    "import_line_too_long": lazy_template("The line is too long to be a row (more than %(most)s characters)."),
    "import_cell_too_long": lazy_template("The cell is too long (more than %(most)s characters)."),
    "import_quote_open": lazy_template("A quotation mark begins here and does not end. Take it away or add its pair."),
    "import_cells_count": lazy_template(
        "The row has %(cells)s cells and the first line names %(columns)s columns. Look for a separator too many or too "
        "few; a text with a separator in it needs quotation marks around it."
    ),
    "import_unreadable_mark": lazy_template("There is a character that cannot be read. Write the cell again."),
    "import_twice_in_file": lazy_template("The same is on line %(line)s already. Keep the right one of the two rows."),
}
