# The function as a container. The context is dist/image, which "make image" fills: the program, built without cgo, and
# an /etc/passwd that knows nobody, the user that kustomize and kpt run functions as.
FROM scratch
COPY . /
USER 65534:65534
ENTRYPOINT ["/cloison"]
