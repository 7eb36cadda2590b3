#include "processes/confine.h"

#include "base/error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

// Their shadow memory is terabytes of address space.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REPARTEE_LIMITS_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define REPARTEE_LIMITS_MEMORY 0
#endif
#endif
#ifndef REPARTEE_LIMITS_MEMORY
#define REPARTEE_LIMITS_MEMORY 1
#endif

namespace repartee::processes {

namespace {

void limit(int what, rlim_t most) {
    rlimit both{most, most};
    ::setrlimit(static_cast<__rlimit_resource_t>(what), &both);
}

// Of any process that computes and talks over descriptors it has.
constexpr int always[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(shutdown),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getrusage),
    SCMP_SYS(uname),
};

// To find and read files besides.
constexpr int for_reading[] = {
    SCMP_SYS(access),   SCMP_SYS(faccessat),  SCMP_SYS(faccessat2), SCMP_SYS(stat),
    SCMP_SYS(lstat),    SCMP_SYS(statx),      SCMP_SYS(getdents64), SCMP_SYS(pread64),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),     SCMP_SYS(fadvise64),
};

void require(int outcome) {
    if (outcome < 0) {
        throw Failure(ErrorKind::Unavailable, "This process cannot be confined.", std::strerror(-outcome));
    }
}

}  // namespace

void confine(const Confinement& confinement) {
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CPU, static_cast<rlim_t>(confinement.computing_time.count()));
    limit(RLIMIT_NOFILE, confinement.files == Files::Read ? 64 : 16);
    if (REPARTEE_LIMITS_MEMORY && confinement.memory > 0) {
        limit(RLIMIT_AS, confinement.memory);
    }

    // Refused rather than killed: a library that tries something in passing carries on without it.
    std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)),
                                                             &seccomp_release);
    if (!filter) {
        require(-ENOMEM);
    }
    for (int call : always) {
        require(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0));
    }
    if (confinement.files == Files::Read) {
        for (int call : for_reading) {
            require(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0));
        }
        constexpr int changes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
        require(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(changes), 0)));
        require(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                                 SCMP_A1(SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(changes), 0)));
    }
    // To end oneself, which is what abort() does; not others.
    require(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                             SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()))));
    for (int question : {F_GETFD, F_SETFD, F_GETFL}) {
        require(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                                 SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(question))));
    }
    require(seccomp_load(filter.get()));  // sets no_new_privs as well
}

}  // namespace repartee::processes
