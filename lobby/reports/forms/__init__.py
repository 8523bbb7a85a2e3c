"""The forms of a report: one document of typed cells, as table, page, workbook, sheet or JSON. Pure."""
