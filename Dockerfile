# The function and the sync runtime as containers, a target each. The context is dist/image, which "make image" fills with
# the root of each: the program, built without cgo, an /etc/passwd that knows nobody, the user that kustomize and kpt run
# functions as, and the certificates of the authorities that sign those of api.scaleway.com and others. The images for
# several architectures, which "make images" builds without Docker, have the same roots.
FROM scratch AS cloison
LABEL org.opencontainers.image.title="cloison"
COPY cloison /
USER 65534:65534
ENTRYPOINT ["/cloison"]

FROM scratch AS cloison-sync
LABEL org.opencontainers.image.title="cloison-sync"
COPY cloison-sync /
USER 65534:65534
ENTRYPOINT ["/cloison-sync"]
