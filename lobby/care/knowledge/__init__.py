"""What the branch knows: articles, guides, document lists, rates, and words for hard moments; read, searched, dated.

Pure: texts and days come in as arguments. The folder they are read from is `lobby.knowledge_folder`.
"""
