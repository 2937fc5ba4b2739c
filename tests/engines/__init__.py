"""Real engines for the tests, started from pinned Maven artefacts: OpenSearch and DynamoDB Local.

``python -m tests.engines`` fetches what is missing and says where it lies. The artefacts stay outside the tree, in
``~/.cache/zhaohui/engines`` or the folder that ``ZHAOHUI_ENGINE_CACHE`` names.
"""
