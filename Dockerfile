# The function and the sync runtime as containers, a target each. The context is dist/image, which "make image" fills: the
# programs, built without cgo, an /etc/passwd that knows nobody, the user that kustomize and kpt run functions as, and
# the certificates of the authorities that sign those of api.scaleway.com and others.
FROM scratch AS cloison
COPY etc /etc
COPY cloison /
USER 65534:65534
ENTRYPOINT ["/cloison"]

FROM scratch AS cloison-sync
COPY etc /etc
COPY cloison-sync /
USER 65534:65534
ENTRYPOINT ["/cloison-sync"]
