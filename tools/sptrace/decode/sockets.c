// SPDX-License-Identifier: GPL-2.0
/* Addresses of sockets, messages and options. */
#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "names.h"
#include "print.h"

#define CONTROL_LIMIT 4096

static void print_unix(struct decode_call *call, const struct sockaddr_un *name,
		       size_t size)
{
	size_t length = size - offsetof(struct sockaddr_un, sun_path);

	if (size <= offsetof(struct sockaddr_un, sun_path))
		return;
	print(call, ", sun_path=");
	if (name->sun_path[0]) {
		print_quoted(call, name->sun_path,
			     strnlen(name->sun_path, length), false);
		return;
	}
	print(call, "@");
	print_quoted(call, name->sun_path + 1, length - 1, false);
}

static void print_inet(struct decode_call *call, const struct sockaddr_in *name)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &name->sin_addr, text, sizeof(text));
	print(call, ", sin_port=htons(%u), sin_addr=inet_addr(\"%s\")",
	      ntohs(name->sin_port), text);
}

static void print_inet6(struct decode_call *call,
			const struct sockaddr_in6 *name)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &name->sin6_addr, text, sizeof(text));
	print(call,
	      ", sin6_port=htons(%u), sin6_flowinfo=htonl(%u), "
	      "inet_pton(AF_INET6, \"%s\", &sin6_addr), sin6_scope_id=%u",
	      ntohs(name->sin6_port), ntohl(name->sin6_flowinfo), text,
	      name->sin6_scope_id);
}

static void print_name(struct decode_call *call,
		       const struct sockaddr_storage *name, size_t size)
{
	const struct sockaddr_nl *netlink = (const void *)name;

	print(call, "{sa_family=");
	print_one_of(call, "address_family", name->ss_family);
	if (name->ss_family == AF_UNIX)
		print_unix(call, (const void *)name, size);
	else if (name->ss_family == AF_INET &&
		 size >= sizeof(struct sockaddr_in))
		print_inet(call, (const void *)name);
	else if (name->ss_family == AF_INET6 && size >= 24)
		print_inet6(call, (const void *)name);
	else if (name->ss_family == AF_NETLINK && size >= sizeof(*netlink))
		print(call, ", nl_pid=%d, nl_groups=%#08x", netlink->nl_pid,
		      netlink->nl_groups);
	else if (size > sizeof(name->ss_family)) {
		print(call, ", sa_data=");
		print_quoted(call, (const char *)name + sizeof(name->ss_family),
			     size - sizeof(name->ss_family), false);
	}
	print(call, "}");
}

static void print_name_at(struct decode_call *call, uint64_t address,
			  size_t size)
{
	struct sockaddr_storage name = { 0 };

	if (size > sizeof(name))
		size = sizeof(name);
	if (size < sizeof(name.ss_family))
		print_address(call, address);
	else if (fetch(call, address, &name, size))
		print_name(call, &name, size);
}

static void print_sockaddr(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	print_name_at(call, value, (uint32_t)call->args[param->length]);
}

/* The caller's own room is all that is written where it isn't enough. */
static void print_got_sockaddr(struct decode_call *call, uint64_t value,
			       const struct param *param)
{
	uint32_t size = 0;

	if (read_memory(call, call->args[param->length], &size, sizeof(size)))
		print_name_at(call, value, size);
	else
		print_address(call, value);
}

/* What the caller has room for. */
static void keep_size(struct decode_call *call, uint64_t value)
{
	call->kept_size = 0;
	read_memory(call, value, &call->kept_size, sizeof(call->kept_size));
}

static void print_size_at(struct decode_call *call, uint64_t value,
			  const struct param *param)
{
	uint32_t size, before = call->kept_size;

	(void)param;
	if (call->returned && call->failed)
		call->out = false;
	if (!fetch(call, value, &size, sizeof(size)))
		return;
	if (before != size && !call->failed)
		print(call, "[%u => %u]", before, size);
	else
		print(call, "[%u]", size);
}

static void print_control_data(struct decode_call *call,
			       const struct cmsghdr *header, size_t size)
{
	const char *data = (const char *)CMSG_DATA(header);
	size_t count = size / sizeof(int), i;
	int numbers[3];

	print(call, ", cmsg_data=");
	if (header->cmsg_level == SOL_SOCKET &&
	    header->cmsg_type == SCM_RIGHTS) {
		print(call, "[");
		for (i = 0; i < count; i++) {
			memcpy(numbers, data + i * sizeof(int), sizeof(int));
			print(call, i ? ", " : "");
			print_fd(call, numbers[0], NULL);
		}
		print(call, "]");
	} else if (header->cmsg_level == SOL_SOCKET &&
		   header->cmsg_type == SCM_CREDENTIALS &&
		   size >= sizeof(numbers)) {
		memcpy(numbers, data, sizeof(numbers));
		print(call, "{pid=%d, uid=%d, gid=%d}", numbers[0], numbers[1],
		      numbers[2]);
	} else {
		print_quoted(call, data, size, false);
	}
}

static void print_control(struct decode_call *call, struct msghdr *message,
			  char *bytes)
{
	struct cmsghdr *header;
	const char *separator = "";

	message->msg_control = bytes;
	print(call, "[");
	for (header = CMSG_FIRSTHDR(message); header;
	     header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_len < sizeof(*header) ||
		    (char *)header + header->cmsg_len >
			    bytes + message->msg_controllen)
			break;
		print(call, "%s{cmsg_len=%zu, cmsg_level=", separator,
		      (size_t)header->cmsg_len);
		print_one_of(call, "socket_level", header->cmsg_level);
		if (header->cmsg_level == SOL_SOCKET &&
		    header->cmsg_type == SCM_RIGHTS)
			print(call, ", cmsg_type=SCM_RIGHTS");
		else if (header->cmsg_level == SOL_SOCKET &&
			 header->cmsg_type == SCM_CREDENTIALS)
			print(call, ", cmsg_type=SCM_CREDENTIALS");
		else
			print(call, ", cmsg_type=%#x", header->cmsg_type);
		print_control_data(call, header,
				   header->cmsg_len - sizeof(*header));
		print(call, "}");
		separator = ", ";
	}
	print(call, "]");
}

static void print_control_at(struct decode_call *call, struct msghdr *message)
{
	_Alignas(struct cmsghdr) char bytes[CONTROL_LIMIT];
	uint64_t address = (uintptr_t)message->msg_control;

	if (message->msg_controllen &&
	    message->msg_controllen <= CONTROL_LIMIT) {
		print(call, ", msg_control=");
		if (fetch(call, address, bytes, message->msg_controllen))
			print_control(call, message, bytes);
	}
	print(call, ", msg_controllen=%zu", (size_t)message->msg_controllen);
}

static void print_message(struct decode_call *call, struct msghdr *message,
			  uint64_t limit)
{
	print(call, "{msg_name=");
	print_name_at(call, (uintptr_t)message->msg_name, message->msg_namelen);
	print(call, ", msg_namelen=%d, msg_iov=", message->msg_namelen);
	print_iovec(call, (uintptr_t)message->msg_iov, message->msg_iovlen,
		    limit);
	print(call, ", msg_iovlen=%zu", (size_t)message->msg_iovlen);
	print_control_at(call, message);
	print(call, ", msg_flags=");
	print_flags_of(call, "message_flags", (unsigned int)message->msg_flags);
	print(call, "}");
}

static void print_msghdr(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	struct msghdr message;

	(void)param;
	if (call->out && call->failed &&
	    read_memory(call, value, &message, sizeof(message)))
		print(call, "{msg_namelen=%d}", message.msg_namelen);
	else if (fetch(call, value, &message, sizeof(message)))
		print_message(call, &message,
			      call->out ? (uint64_t)call->rval : UINT64_MAX);
}

static void print_mmsghdr_at(struct decode_call *call, uint64_t address)
{
	struct mmsghdr message;

	if (!fetch(call, address, &message, sizeof(message)))
		return;
	print(call, "{msg_hdr=");
	print_message(call, &message.msg_hdr,
		      call->returned ? message.msg_len : UINT64_MAX);
	if (call->returned)
		print(call, ", msg_len=%u", message.msg_len);
	print(call, "}");
}

static void print_mmsghdrs(struct decode_call *call, uint64_t value,
			   const struct param *param)
{
	uint64_t count = call->args[param->length];

	if (call->returned && !call->failed)
		count = call->rval;
	print_array(call, value, count, sizeof(struct mmsghdr),
		    print_mmsghdr_at);
}

static const char *option_group(uint64_t level)
{
	switch (level) {
	case SOL_SOCKET:
		return "socket_option";
	case IPPROTO_IP:
		return "ip_option";
	case IPPROTO_IPV6:
		return "ipv6_option";
	case IPPROTO_TCP:
		return "tcp_option";
	default:
		return NULL;
	}
}

static void print_level(struct decode_call *call, uint64_t value,
			const struct param *param)
{
	(void)param;
	switch (value) {
	case IPPROTO_IP:
		print(call, "SOL_IP");
		return;
	case IPPROTO_TCP:
		print(call, "SOL_TCP");
		return;
	case IPPROTO_UDP:
		print(call, "SOL_UDP");
		return;
	case IPPROTO_IPV6:
		print(call, "SOL_IPV6");
		return;
	default:
		print_one_of(call, "socket_level", value);
	}
}

static void print_option(struct decode_call *call, uint64_t value,
			 const struct param *param)
{
	const char *group = option_group(call->args[1]);

	(void)param;
	if (group)
		print_one_of(call, group, value);
	else
		print(call, "%#x", (unsigned int)value);
}

static void print_option_value_of(struct decode_call *call, uint64_t value,
				  uint64_t size)
{
	bool is_socket = call->args[1] == SOL_SOCKET;
	int number;

	if (is_socket && call->args[2] == SO_LINGER && size >= 8) {
		struct linger linger;

		if (fetch(call, value, &linger, sizeof(linger)))
			print(call, "{l_onoff=%d, l_linger=%d}", linger.l_onoff,
			      linger.l_linger);
	} else if (size == sizeof(number)) {
		if (!fetch(call, value, &number, sizeof(number)))
			return;
		if (is_socket && call->args[2] == SO_ERROR &&
		    names_errno(number) && number)
			print(call, "[%s]", names_errno(number));
		else
			print(call, "[%d]", number);
	} else {
		print_buffer(call, value, size);
	}
}

static void print_option_value(struct decode_call *call, uint64_t value,
			       const struct param *param)
{
	(void)param;
	print_option_value_of(call, value, (uint32_t)call->args[4]);
}

static void print_got_option(struct decode_call *call, uint64_t value,
			     const struct param *param)
{
	uint32_t size = 0;

	(void)param;
	if (!call->failed &&
	    read_memory(call, call->args[4], &size, sizeof(size)))
		print_option_value_of(call, value, size);
	else
		print_address(call, value);
}

const struct kind kinds_sockets[] = {
	KIND_OF_MEMORY("sockaddr", print_sockaddr),
	KIND_OF_MEMORY("got_sockaddr", print_got_sockaddr),
	{ "size_at", print_size_at, true, true, keep_size },
	KIND_OF_64("msghdr", print_msghdr),
	KIND_OF_64("mmsghdrs", print_mmsghdrs),
	KIND("level", print_level),
	KIND("option", print_option),
	KIND_OF_MEMORY("option_value", print_option_value),
	KIND_OF_MEMORY("got_option", print_got_option),
	{ 0 },
};
