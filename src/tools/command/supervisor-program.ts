// The supervisor: a small program in Perl, which every Debian has, between Parley and an owner's tool. It is a
// "child subreaper": orphans of the tool become its children, so that neither a double fork nor setsid leads out of
// the process tree. When the tool has ended, or its stdin is closed, it kills all descendants.
// It loads no module, since that takes time: it calls the kernel by number, and uses a pidfd instead of signals.

/** For `perl -e`. Arguments: the bytes that are kept of stdout and of stderr, and the tool's command. */
export const supervisorProgram = String.raw`
use strict;
use Config;

my ($limit, $tail, @tool) = @ARGV;
# A tool that writes more is killed: it may never end.
my $maxLength = 1000 * $limit;
$0 = "parley-supervisor $tool[0]";
# A careless "kill $PPID" or a Ctrl-C must not end the supervisor; the end of stdin tells it that Parley has ended.
my @ignored = qw(HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP TTIN TTOU);
$SIG{$_} = 'IGNORE' for @ignored;

my ($out, $outLength, $err, $input, $inputComplete, $status) = ('', 0, '', '', 0, undef);

# The result: a line (how the tool ended, a number, the lengths of stdout and stderr), then stdout and stderr.
sub report {
  my ($how, $code) = @_;
  my $all = join(' ', $how, $code, length $out, length $err) . "\n$out$err";
  while (length $all) {
    my $written = syswrite STDOUT, $all;
    last unless defined $written;
    substr($all, 0, $written, '');
  }
}

sub unsupported {
  ($out, $err) = ('', $_[0]);
  report('unsupported', 0);
  exit 125;
}

sub pause { select undef, undef, undef, $_[0] }

# The numbers of prctl and setsid, by what perl was built for: 32-bit programs run on 64-bit kernels too.
my %numbers = (x86_64 => [157, 112], aarch64 => [167, 157], riscv64 => [167, 157], arm => [172, 66], i => [172, 66]);
my ($machine) = $Config{archname} =~ /^(x86_64|aarch64|riscv64|arm|i(?=[3-6]86))/;
unsupported("it does not know the processor $Config{archname}") unless defined $machine;
my ($prctl, $setsid) = @{ $numbers{$machine} };
# PR_SET_CHILD_SUBREAPER
unsupported("prctl: $!") if syscall($prctl, 36, 1, 0, 0, 0) < 0;

# Real pipes: Node gives sockets, and /dev/stdin and /dev/stderr cannot be opened where they are sockets.
# All of them close on exec.
pipe(my $inRead, my $inWrite) && pipe(my $outRead, my $outWrite) && pipe(my $errRead, my $errWrite)
  && pipe(my $whyRead, my $whyWrite) or unsupported("pipe: $!");

my $supervisor = $$;
my $main = fork;
unsupported("fork: $!") unless defined $main;
if (!$main) {
  # PR_SET_PDEATHSIG, KILL: the tool ends when the supervisor is killed.
  syscall($prctl, 1, 9, 0, 0, 0);
  exit 1 if getppid != $supervisor;
  syscall($setsid);
  # Short of memory, the kernel is to kill the tool and not Parley.
  if (open my $score, '>', '/proc/self/oom_score_adj') { syswrite $score, '1000' }
  open STDIN, '<&', $inRead;
  open STDOUT, '>&', $outWrite;
  open STDERR, '>&', $errWrite;
  # A SIGUSR1 goes to all processes of a service, and is a press for Parley alone.
  $SIG{$_} = 'DEFAULT' for grep { $_ ne 'USR1' } @ignored;
  { no warnings; exec { $tool[0] } @tool }
  syswrite $whyWrite, $! + 0;
  exit 127;
}
close $_ for $inRead, $outWrite, $errWrite, $whyWrite;
# pidfd_open has the same number everywhere; readable when the tool has ended. Before Linux 5.3: polled.
my $pidfd = syscall(434, $main, 0);

# True when there is no child, and therefore no descendant: orphans are children.
sub reap {
  my $pid;
  while (($pid = waitpid(-1, 1)) > 0) { $status = $? if $pid == $main }
  return $pid < 0;
}

# Keeps the limit and one byte more, which shows that there was more.
sub readOut {
  my $got = sysread $outRead, my $chunk, 65536;
  if (!$got) { close $outRead; undef $outRead; return }
  $outLength += $got;
  my $room = $limit + 1 - length $out;
  $out .= substr $chunk, 0, $room if $room > 0;
}

sub readErr {
  my $got = sysread $errRead, $err, 65536, length $err;
  if (!$got) { close $errRead; undef $errRead }
  $err = substr $err, -$tail if length $err > $tail;
}

# False when stdin is closed.
sub readIn {
  return 0 unless sysread STDIN, my $chunk, 65536;
  return 1 if $inputComplete;
  my $end = index $chunk, "\n";
  $inputComplete = $end >= 0;
  $input .= $inputComplete ? substr $chunk, 0, $end + 1 : $chunk;
  return 1;
}

# The tool need not read. Chunks of PIPE_BUF never block.
sub writeInput {
  my $written = syswrite $inWrite, $input, 4096;
  if (defined $written) { substr $input, 0, $written, '' } else { ($input, $inputComplete) = ('', 1) }
  if ($inputComplete && $input eq '') { close $inWrite; undef $inWrite }
}

sub isReady {
  my ($handle, $bits) = ($_[0], '');
  return 0 unless $handle;
  vec($bits, fileno $handle, 1) = 1;
  return select($bits, undef, undef, 0) > 0;
}

my $stopped = 0;
until (defined $status || $stopped || $outLength > $maxLength) {
  my ($read, $write) = ('', '');
  vec($read, fileno $_, 1) = 1 for grep { defined } \*STDIN, $outRead, $errRead;
  vec($read, $pidfd, 1) = 1 if $pidfd >= 0;
  vec($write, fileno $inWrite, 1) = 1 if $inWrite && $input ne '';
  next if select($read, $write, undef, $pidfd >= 0 ? 1 : 0.02) < 0;
  $stopped = !readIn() if vec $read, fileno STDIN, 1;
  writeInput() if $inWrite && vec $write, fileno $inWrite, 1;
  readOut() if $outRead && vec $read, fileno $outRead, 1;
  readErr() if $errRead && vec $read, fileno $errRead, 1;
  reap();
}

if (defined $status && !$stopped) {
  # Its output is in the pipes; a background process may hold them open and never stop writing.
  readOut() while $outLength <= $maxLength && isReady($outRead);
  for (1 .. 16) { readErr() if isReady($errRead) }
}
if ($stopped) { }
elsif ($outLength > $maxLength) { $out = ''; report('output-too-long', 0) }
elsif (sysread $whyRead, my $why, 16) { report('not-started', $why) }
elsif ($status & 127) { report('signal', $status & 127) }
else { report('exit', $status >> 8) }

# All descendants, with state and process group; also zombies, whose groups may have members.
sub descendants {
  my (%children, %seen);
  opendir my $proc, '/proc' or return;
  for my $pid (grep { /^\d+$/ } readdir $proc) {
    open my $file, '<', "/proc/$pid/stat" or next;
    sysread $file, my $stat, 4096 or next;
    next unless $stat =~ /.*\) (\S) (\d+) (\d+)/s;
    $seen{$pid} = [$pid, $1, $3];
    push @{ $children{$2} }, $pid;
  }
  my @found = @{ $children{$$} || [] };
  for (my $index = 0; $index < @found; $index++) { push @found, @{ $children{ $found[$index] } || [] } }
  return map { $seen{$_} } @found;
}

# Also by process group: that reaches all members at once, even one that forks and ends before it is seen. The groups
# belong to the tool, which is a separate session; a child before its setsid is in the group of the supervisor.
sub signalAll {
  my ($signal, @processes) = @_;
  my %groups = map { ($_->[2] => 1) } @processes;
  delete @groups{ 0, getpgrp };
  kill $signal, map { -$_ } keys %groups;
  return scalar kill $signal, map { $_->[0] } grep { $_->[1] !~ /[ZX]/ } @processes;
}

# A fork bomb may grow faster than it is killed: first all processes are stopped, until no new one is seen.
sub stopAll {
  my %seen;
  for (1 .. 200) {
    my @running = grep { $_->[1] !~ /[tZX]/i && !($seen{ $_->[0] }++ && $_->[1] eq 'D') } descendants();
    return unless signalAll('STOP', @running);
    pause(0.001);
  }
}

# A process that cannot be killed now (it sleeps in the kernel, or is another user's) is not waited for.
my $until = time + 10;
until (reap() || time > $until) {
  stopAll();
  signalAll('KILL', descendants());
  for (1 .. 25) { last if reap(); pause(0.002) }
}
$status = 15 unless defined $status;
exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
`;
