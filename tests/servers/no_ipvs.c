/* Stands before the netlink library of keepalived: every command to IPVS succeeds, and none is sent. So keepalived goes as far as
 * printing what it has read on a kernel that has no IPVS, and changes nothing on one that has. */
int genl_connect(void *socket) {
    (void)socket;
    return 0;
}

int genl_ctrl_resolve(void *socket, const char *name) {
    (void)socket;
    (void)name;
    return 30;
}

int nl_send_auto(void *socket, void *message) {
    (void)socket;
    (void)message;
    return -1;
}
