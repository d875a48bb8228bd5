// The keeper: a small program in perl, which every Debian has, between Parley and an owner's tool. The kernel
// hands it whoever the tool leaves behind (it is a "child subreaper"), so that no double fork and no setsid
// leads out of its family; when the tool has ended, or Parley wants it to or is dead, it kills them all.
// It has no module that takes time to load: system calls by their number, and a pidfd instead of signals.

/** Of `perl -e`: its arguments are the most bytes of stdout, the most of stderr, and the tool's command. */
export const keeperProgram = String.raw`
use strict;
use Config;

my ($limit, $tail, @tool) = @ARGV;
$0 = "parley-keeper $tool[0]";
# A careless "kill $PPID" or a Ctrl-C ends no keeper; Parley's end is told by its end of stdin.
my @deaf = qw(HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP TTIN TTOU);
$SIG{$_} = 'IGNORE' for @deaf;

my ($out, $err, $feed, $fed, $status) = ('', '', '', 0, undef);

# One line, then what the tool wrote: how it ended, a number to that, the lengths of the two texts.
sub answer {
  my ($how, $code) = @_;
  my $all = join(' ', $how, $code, length $out, length $err) . "\n$out$err";
  while (length $all) {
    my $written = syswrite STDOUT, $all;
    last unless defined $written;
    substr($all, 0, $written, '');
  }
}

sub unable {
  ($out, $err) = ('', $_[0]);
  answer('unable', 0);
  exit 125;
}

sub nap { select undef, undef, undef, $_[0] }

# The numbers of prctl and setsid. By what perl was built for: 32-bit programs run on 64-bit kernels too.
my %numbers = (x86_64 => [157, 112], aarch64 => [167, 157], riscv64 => [167, 157], arm => [172, 66], i => [172, 66]);
my ($machine) = $Config{archname} =~ /^(x86_64|aarch64|riscv64|arm|i(?=[3-6]86))/;
unable("a processor $Config{archname} is not known to it") unless defined $machine;
my ($prctl, $setsid) = @{ $numbers{$machine} };
# PR_SET_CHILD_SUBREAPER
unable("prctl: $!") if syscall($prctl, 36, 1, 0, 0, 0) < 0;

# Real pipes: Node has given us sockets, and nobody can open /dev/stdin or /dev/stderr where it is a socket.
# All of them close on exec.
pipe(my $inRead, my $inWrite) && pipe(my $outRead, my $outWrite) && pipe(my $errRead, my $errWrite)
  && pipe(my $whyRead, my $whyWrite) or unable("pipe: $!");

my $keeper = $$;
my $main = fork;
unable("fork: $!") unless defined $main;
if (!$main) {
  # PR_SET_PDEATHSIG, KILL: whoever kills the keeper does not save the tool.
  syscall($prctl, 1, 9, 0, 0, 0);
  exit 1 if getppid != $keeper;
  syscall($setsid);
  # Short of memory, the kernel shall take the tool and not Parley.
  if (open my $score, '>', '/proc/self/oom_score_adj') { syswrite $score, '1000' }
  open STDIN, '<&', $inRead;
  open STDOUT, '>&', $outWrite;
  open STDERR, '>&', $errWrite;
  # A SIGUSR1 goes to a whole service, and only Parley takes it for a press.
  $SIG{$_} = 'DEFAULT' for grep { $_ ne 'USR1' } @deaf;
  { no warnings; exec { $tool[0] } @tool }
  syswrite $whyWrite, $! + 0;
  exit 127;
}
close $_ for $inRead, $outWrite, $errWrite, $whyWrite;
# pidfd_open, the same number everywhere: readable when the tool has ended. Before Linux 5.3 we look instead.
my $life = syscall(434, $main, 0);

# True when there is no child any more, and with that no descendant: orphans are children.
sub reap {
  my $pid;
  while (($pid = waitpid(-1, 1)) > 0) { $status = $? if $pid == $main }
  return $pid < 0;
}

sub readOut {
  my $got = sysread $outRead, $out, 65536, length $out;
  if (!$got) { close $outRead; undef $outRead }
}

sub readErr {
  my $got = sysread $errRead, $err, 65536, length $err;
  if (!$got) { close $errRead; undef $errRead }
  $err = substr $err, -$tail if length $err > $tail;
}

# False when Parley has closed its end.
sub readIn {
  return 0 unless sysread STDIN, my $chunk, 65536;
  return 1 if $fed;
  my $end = index $chunk, "\n";
  $fed = $end >= 0;
  $feed .= $fed ? substr $chunk, 0, $end + 1 : $chunk;
  return 1;
}

# A tool need not read. Chunks of PIPE_BUF never block.
sub feed {
  my $written = syswrite $inWrite, $feed, 4096;
  if (defined $written) { substr $feed, 0, $written, '' } else { ($feed, $fed) = ('', 1) }
  if ($fed && $feed eq '') { close $inWrite; undef $inWrite }
}

sub isReady {
  my ($handle, $bits) = ($_[0], '');
  return 0 unless $handle;
  vec($bits, fileno $handle, 1) = 1;
  return select($bits, undef, undef, 0) > 0;
}

my $stopped = 0;
until (defined $status || $stopped || length $out > $limit) {
  my ($read, $write) = ('', '');
  vec($read, fileno $_, 1) = 1 for grep { defined } \*STDIN, $outRead, $errRead;
  vec($read, $life, 1) = 1 if $life >= 0;
  vec($write, fileno $inWrite, 1) = 1 if $inWrite && $feed ne '';
  next if select($read, $write, undef, $life >= 0 ? 1 : 0.02) < 0;
  $stopped = !readIn() if vec $read, fileno STDIN, 1;
  feed() if $inWrite && vec $write, fileno $inWrite, 1;
  readOut() if $outRead && vec $read, fileno $outRead, 1;
  readErr() if $errRead && vec $read, fileno $errRead, 1;
  reap();
}

if (defined $status && !$stopped) {
  # What it wrote is in the pipes; somebody that it left behind may hold them open and write for ever.
  readOut() while length $out <= $limit && isReady($outRead);
  for (1 .. 16) { readErr() if isReady($errRead) }
}
if ($stopped) { }
elsif (length $out > $limit) { $out = ''; answer('flood', 0) }
elsif (sysread $whyRead, my $why, 16) { answer('failed', $why) }
elsif ($status & 127) { answer('signal', $status & 127) }
else { answer('exit', $status >> 8) }

# All descendants, with state and process group; the dead among them too, whose groups may live on.
sub family {
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

# By group as well: that reaches all of it at once, also one that forks and is gone before it is looked at.
# The groups are the tool's own, since it began as a new session; a child that has not begun is in ours.
sub hit {
  my ($signal, @family) = @_;
  my %groups = map { ($_->[2] => 1) } @family;
  delete @groups{ 0, getpgrp };
  kill $signal, map { -$_ } keys %groups;
  return scalar kill $signal, map { $_->[0] } grep { $_->[1] !~ /[ZX]/ } @family;
}

# Killed one by one, a fork bomb may grow faster than it dies: first all of them halt, until nobody new is seen.
sub halt {
  my %seen;
  for (1 .. 200) {
    my @moving = grep { $_->[1] !~ /[tZX]/i && !($seen{ $_->[0] }++ && $_->[1] eq 'D') } family();
    return unless hit('STOP', @moving);
    nap(0.001);
  }
}

# Whoever cannot be killed, asleep in the kernel or another user's, is not waited for: the kill will find it.
my $until = time + 10;
until (reap() || time > $until) {
  halt();
  hit('KILL', family());
  for (1 .. 25) { last if reap(); nap(0.002) }
}
$status = 15 unless defined $status;
exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
`;
