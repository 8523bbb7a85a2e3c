"""Tests. Folders mirror the packages; `builders` makes what most of them stand on."""
