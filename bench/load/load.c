/*
 * load: keeps a number of SCSI commands under way on a LUN for some seconds and prints what came of it as one JSON line.
 *
 *   load --url URL [--url URL]... [--block 4096] [--depth 32] [--read 100] [--connections 1] [--seconds 5]
 *        [--warmup 0] [--fua] [--sequential] [--span BYTES] [--seed N] [--digest]
 *        [--count N] [--pid PID]
 *
 * --count ends the run after so many commands. One thread runs every session from one poll loop. Data is random and differs in each 4 KiB. --pid names the target's
 * process: its CPU time (all threads, from /proc) over the counted seconds is divided by the commands completed.
 * Exit status: 0 clean, 1 a command failed, 2 usage or no login.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <inttypes.h>
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SESSIONS = 256, MAX_DEPTH = 1024, SUB = 64, SLOTS = 60 * SUB };

struct options {
	const char *urls[MAX_SESSIONS];
	int url_count, block, depth, read_percent, connections, seconds, warmup, pid;
	bool fua, sequential, digest;
	uint64_t span, seed, count;
};

struct session;

struct slot {
	struct session *session;
	uint64_t begun;
	bool write;
	unsigned char *data;
	struct scsi_iovec iov; /* libiscsi keeps the pointer, not a copy */
};

struct session {
	struct iscsi_context *iscsi;
	int lun, under_way;
	uint64_t blocks, next;
	struct slot slots[MAX_DEPTH];
};

static struct options opt = {.block = 4096, .depth = 32, .read_percent = 100, .connections = 1, .seconds = 5, .seed = 1};
static uint64_t histogram[SLOTS], completed, failed, started, rng;
static bool counting, stopping;
static unsigned char *noise; /* twice the largest block of random bytes: writes take a moving window of it */

static void die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fprintf(stderr, "load: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	exit(2);
}

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t random64(void) /* xorshift64* */
{
	rng ^= rng >> 12;
	rng ^= rng << 25;
	rng ^= rng >> 27;
	return rng * 2685821657736338717u;
}

/* Log-linear: values below SUB are exact, above that each power of two has SUB steps (error below 2 %). */
static unsigned bucket(uint64_t ns)
{
	if (ns < SUB)
		return (unsigned)ns;
	unsigned e = 57u - (unsigned)__builtin_clzll(ns);
	unsigned i = (e + 1) * SUB + (unsigned)((ns >> e) - SUB);
	return i < SLOTS ? i : SLOTS - 1;
}

static double bucket_us(unsigned i)
{
	if (i < SUB)
		return i / 1000.0;
	unsigned e = i / SUB - 1;
	return (double)((uint64_t)(i % SUB + SUB) << e) / 1000.0;
}

static double percentile(double p)
{
	uint64_t want = (uint64_t)((double)completed * p), seen = 0;
	for (unsigned i = 0; i < SLOTS; i++) {
		seen += histogram[i];
		if (seen > want)
			return bucket_us(i);
	}
	return 0;
}

static double cpu_of(int pid) /* user + system seconds of a process, all its threads */
{
	char path[64], text[1024], *p;
	unsigned long user, system;
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	FILE *f = fopen(path, "r");
	if (!f || !fgets(text, sizeof text, f))
		die("no process %d", pid);
	fclose(f);
	p = strrchr(text, ')');
	if (!p || sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
		die("cannot read %s", path);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double own_cpu(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void start(struct slot *slot);

static void done(struct iscsi_context *iscsi, int status, void *data, void *private_data)
{
	struct slot *slot = private_data;
	uint64_t took = now_ns() - slot->begun;
	struct scsi_task *task = data;
	slot->session->under_way--;
	if (status != SCSI_STATUS_GOOD) {
		if (failed++ < 5)
			fprintf(stderr, "load: status %d, sense %d/%04x: %s\n", status, task->sense.key, (unsigned)task->sense.ascq,
				iscsi_get_error(iscsi));
	} else if (counting) {
		completed++;
		histogram[bucket(took)]++;
	}
	scsi_free_scsi_task(task);
	if (!stopping)
		start(slot);
}

static void start(struct slot *slot)
{
	struct session *s = slot->session;
	if (opt.count && started >= opt.count)
		return;
	started++;
	uint32_t per = (uint32_t)opt.block / 512;
	uint64_t places = s->blocks / per;
	uint64_t lba = (opt.sequential ? s->next++ % places : random64() % places) * per;
	struct scsi_task *task;
	slot->write = (int)(random64() % 100) >= opt.read_percent;
	slot->begun = now_ns();
	if (slot->write) {
		unsigned char *data = noise + (random64() % (uint64_t)opt.block & ~7ull);
		task = iscsi_write16_task(s->iscsi, s->lun, lba, data, (uint32_t)opt.block, 512, 0, 0, opt.fua, 0, 0, done, slot);
	} else {
		slot->iov = (struct scsi_iovec){.iov_base = slot->data, .iov_len = (size_t)opt.block};
		task = iscsi_read16_iov_task(s->iscsi, s->lun, lba, (uint32_t)opt.block, 512, 0, 0, 0, 0, 0, done, slot, &slot->iov, 1);
	}
	if (!task)
		die("cannot queue: %s", iscsi_get_error(s->iscsi));
	s->under_way++;
}

static void open_session(struct session *s, const char *url_text, int index)
{
	char name[64];
	snprintf(name, sizeof name, "iqn.2026-11.dev.sandstone.bench:load%d", index);
	s->iscsi = iscsi_create_context(name);
	struct iscsi_url *url = iscsi_parse_full_url(s->iscsi, url_text);
	if (!url)
		die("not an iscsi:// URL with a LUN: %s", url_text);
	iscsi_set_targetname(s->iscsi, url->target);
	iscsi_set_session_type(s->iscsi, ISCSI_SESSION_NORMAL);
	iscsi_set_header_digest(s->iscsi, opt.digest ? ISCSI_HEADER_DIGEST_CRC32C : ISCSI_HEADER_DIGEST_NONE);
	if (iscsi_full_connect_sync(s->iscsi, url->portal, url->lun))
		die("%s: %s", url_text, iscsi_get_error(s->iscsi));
	s->lun = url->lun;
	struct scsi_task *task = iscsi_readcapacity16_sync(s->iscsi, s->lun);
	struct scsi_readcapacity16 *capacity = task ? scsi_datain_unmarshall(task) : NULL;
	if (!capacity)
		die("%s: no capacity", url_text);
	s->blocks = capacity->returned_lba + 1;
	if (opt.span && opt.span / 512 < s->blocks)
		s->blocks = opt.span / 512;
	scsi_free_scsi_task(task);
	iscsi_destroy_url(url);
	for (int i = 0; i < opt.depth; i++) {
		s->slots[i].session = s;
		s->slots[i].data = malloc((size_t)opt.block);
	}
}

static void serve(struct session *sessions, uint64_t until)
{
	struct pollfd fds[MAX_SESSIONS];
	for (;;) {
		uint64_t now = now_ns();
		int busy = 0;
		for (int i = 0; i < opt.connections; i++) {
			busy += sessions[i].under_way;
			fds[i] = (struct pollfd){.fd = iscsi_get_fd(sessions[i].iscsi),
						 .events = (short)iscsi_which_events(sessions[i].iscsi)};
		}
		if (stopping ? !busy : now >= until || (opt.count && !busy))
			return;
		if (poll(fds, (nfds_t)opt.connections, 100) < 0)
			die("poll");
		for (int i = 0; i < opt.connections; i++)
			if (fds[i].revents && iscsi_service(sessions[i].iscsi, fds[i].revents) < 0)
				die("connection lost: %s", iscsi_get_error(sessions[i].iscsi));
	}
}

static void parse(int argc, char **argv)
{
	static const struct option names[] = {
		{"url", 1, 0, 'u'}, {"block", 1, 0, 'b'}, {"depth", 1, 0, 'd'}, {"read", 1, 0, 'r'}, {"connections", 1, 0, 'c'},
		{"seconds", 1, 0, 's'}, {"warmup", 1, 0, 'w'}, {"fua", 0, 0, 'f'}, {"sequential", 0, 0, 'q'}, {"span", 1, 0, 'S'},
		{"seed", 1, 0, 'e'}, {"digest", 0, 0, 'g'}, {"pid", 1, 0, 'p'},
		{"count", 1, 0, 'n'}, {0, 0, 0, 0}};
	int c;
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (c) {
		case 'u':
			if (opt.url_count == MAX_SESSIONS)
				die("too many URLs");
			opt.urls[opt.url_count++] = optarg;
			break;
		case 'b': opt.block = atoi(optarg); break;
		case 'd': opt.depth = atoi(optarg); break;
		case 'r': opt.read_percent = atoi(optarg); break;
		case 'c': opt.connections = atoi(optarg); break;
		case 's': opt.seconds = atoi(optarg); break;
		case 'w': opt.warmup = atoi(optarg); break;
		case 'f': opt.fua = true; break;
		case 'q': opt.sequential = true; break;
		case 'S': opt.span = strtoull(optarg, NULL, 10); break;
		case 'e': opt.seed = strtoull(optarg, NULL, 10); break;
		case 'g': opt.digest = true; break;
		case 'n': opt.count = strtoull(optarg, NULL, 10); break;
		case 'p': opt.pid = atoi(optarg); break;
		default: die("see the head of load.c for the options");
		}
	}
	if (!opt.url_count || opt.block < 512 || opt.block % 512 || opt.block > 16 << 20 || opt.depth < 1 ||
	    opt.depth > MAX_DEPTH || opt.connections < 1 || opt.connections > MAX_SESSIONS || opt.seconds < 1)
		die("see the head of load.c for the options");
}

int main(int argc, char **argv)
{
	parse(argc, argv);
	rng = opt.seed * 0x9E3779B97F4A7C15u | 1;
	noise = malloc((size_t)opt.block * 2 + 8);
	for (int i = 0; i < opt.block * 2; i += 8)
		*(uint64_t *)(noise + i) = random64();
	struct session *sessions = calloc((size_t)opt.connections, sizeof *sessions);
	for (int i = 0; i < opt.connections; i++)
		open_session(&sessions[i], opt.urls[i % opt.url_count], i);
	for (int i = 0; i < opt.connections; i++)
		for (int j = 0; j < opt.depth; j++)
			start(&sessions[i].slots[j]);
	serve(sessions, now_ns() + (uint64_t)opt.warmup * 1000000000u);
	counting = true;
	uint64_t begun = now_ns();
	double cpu = opt.pid ? cpu_of(opt.pid) : 0, mine = own_cpu();
	serve(sessions, begun + (uint64_t)opt.seconds * 1000000000u);
	double took = (double)(now_ns() - begun) / 1e9;
	cpu = opt.pid ? cpu_of(opt.pid) - cpu : 0;
	mine = own_cpu() - mine;
	counting = false;
	stopping = true;
	serve(sessions, 0);
	double n = completed ? (double)completed : 1;
	printf("{\"iops\":%.0f,\"mb_s\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"target_cpu_us\":%.2f,"
	       "\"load_cpu_us\":%.2f,\"commands\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"seconds\":%.2f}\n",
	       (double)completed / took, (double)completed * opt.block / took / 1e6, percentile(.5), percentile(.99),
	       percentile(.999), cpu * 1e6 / n, mine * 1e6 / n, completed, failed, took);
	for (int i = 0; i < opt.connections; i++)
		iscsi_logout_sync(sessions[i].iscsi);
	return failed ? 1 : 0;
}
