"""`make bench`: how far the pages are from the machine's own limits, measured side by side in one run."""
