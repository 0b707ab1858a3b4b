"""From the pages to what readers get: both books, notebooks that stand alone, PDF and ZIP."""
