/* ring: sends through io_uring, with one system call for many sockets.
 *
 * It uses the kernel's interface directly, because the floor then needs only a C compiler and the kernel's headers. The
 * ring has one thread and runs completions in its own system call (Linux 6.1 or newer). */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RING_ENTRIES = 16384 }; /* more than the subscribers of any load, so that a publication needs one system call */

typedef struct {
  int fd;
  unsigned *submission_tail, submission_mask;
  unsigned *completion_head, *completion_tail, completion_mask;
  struct io_uring_sqe *submissions;
  struct io_uring_cqe *completions;
  unsigned queued;
} ring;

/* Opens the ring; returns 0 and sets errno if the kernel refuses it. */
static int ring_open(ring *r) {
  struct io_uring_params setup = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
  if ((r->fd = (int)syscall(__NR_io_uring_setup, RING_ENTRIES, &setup)) < 0) return 0;
  size_t bytes = setup.cq_off.cqes + setup.cq_entries * sizeof *r->completions;
  size_t array_end = setup.sq_off.array + setup.sq_entries * sizeof(unsigned);
  char *rings = mmap(NULL, bytes > array_end ? bytes : array_end, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd,
                     IORING_OFF_SQ_RING);
  r->submissions = mmap(NULL, setup.sq_entries * sizeof *r->submissions, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
  if (rings == MAP_FAILED || r->submissions == MAP_FAILED) return 0;
  r->submission_tail = (unsigned *)(rings + setup.sq_off.tail);
  r->submission_mask = setup.sq_entries - 1;
  r->completion_head = (unsigned *)(rings + setup.cq_off.head);
  r->completion_tail = (unsigned *)(rings + setup.cq_off.tail);
  r->completion_mask = setup.cq_entries - 1;
  r->completions = (struct io_uring_cqe *)(rings + setup.cq_off.cqes);
  r->queued = 0;
  unsigned *array = (unsigned *)(rings + setup.sq_off.array); /* entry i of the queue is always submission i */
  for (unsigned i = 0; i < setup.sq_entries; i++) array[i] = i;
  return 1;
}

/* Queues a send; the caller submits after RING_ENTRIES of them at the latest. The completion has the given id. */
static void ring_send(ring *r, int fd, const char *bytes, size_t length, uint64_t id) {
  unsigned tail = *r->submission_tail;
  r->submissions[tail & r->submission_mask] = (struct io_uring_sqe){
      .opcode = IORING_OP_SEND, .fd = fd, .addr = (uint64_t)(uintptr_t)bytes, .len = (unsigned)length,
      .msg_flags = MSG_NOSIGNAL, .user_data = id};
  __atomic_store_n(r->submission_tail, tail + 1, __ATOMIC_RELEASE);
  r->queued++;
}

/* Submits all queued sends, and returns once each has completed. Sockets are not blocking, so none waits for its peer;
 * a full socket completes with -EAGAIN. Returns 0 and sets errno if the system call fails. */
static int ring_submit(ring *r, void (*completed)(uint64_t id, int result)) {
  unsigned submit = r->queued, missing = r->queued;
  r->queued = 0;
  while (missing) {
    long taken = syscall(__NR_io_uring_enter, r->fd, submit, missing, IORING_ENTER_GETEVENTS, NULL, 0);
    if (taken < 0 && errno != EINTR) return 0;
    if (taken > 0) submit -= (unsigned)taken;
    unsigned head = *r->completion_head, tail = __atomic_load_n(r->completion_tail, __ATOMIC_ACQUIRE);
    for (; head != tail; head++, missing--) {
      struct io_uring_cqe *completion = &r->completions[head & r->completion_mask];
      completed(completion->user_data, completion->res);
    }
    __atomic_store_n(r->completion_head, head, __ATOMIC_RELEASE);
  }
  return 1;
}
