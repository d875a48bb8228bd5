#!/usr/bin/perl
# gpiomon, gpioset, gpioinfo and gpioget of libgpiod 2.2 as far as Parley uses them, on a virtual chip: a folder with
# a file per line (see virtual-chip.ts). Arguments: the folder, the tool, and the tool's own. A line is held by
# listening on a socket in the kernel's abstract namespace, so it is released however its holder dies. Messages are
# the real ones. In Perl, because Perl starts in a tenth of the time of Node, and tests start it very often.

use strict;
use warnings;
use Getopt::Long qw(:config no_ignore_case bundling);
use Socket;
use Time::HiRes qw(time stat);

# How often an input is looked at.
use constant POLL_S => 0.003;

$| = 1;
my ($folder, $tool) = splice @ARGV, 0, 2;

sub path { return "$folder/$_[0]" }

sub fail {
  print STDERR "$tool: $_[0]\n";
  exit 1;
}

sub content {
  my ($file) = @_;
  open my $handle, '<', path($file) or return '';
  my $text = do { local $/ = undef; <$handle> } // '';
  $text =~ s/^\s+|\s+$//g;
  return $text;
}

sub put {
  my ($mode, $file, $text) = @_;
  open my $handle, $mode, path($file) or fail("cannot write $file: $!");
  print {$handle} $text;
  close $handle;
}

my %options = (consumer => $tool, 'debounce-period' => '0ms');
GetOptions(
  \%options, 'version', 'banner', 'chip|c=s', 'consumer|C=s', 'active-low|l', 'numeric', 'bias|b=s',
  'debounce-period|p=s', 'edges|e=s', 'format|F=s', 'toggle|t=s',
) or exit 1;
my $inverts = $options{'active-low'} ? 1 : 0;
my ($name, undef, $lines) = split ' ', content('chip');
$name //= '';
my ($line, $value) = split /=/, $ARGV[0] // '';

sub seconds {
  my ($period) = @_;
  return $period =~ /^(\d+)(?:ms)?$/ ? $1 / 1000 : fail("invalid period: $period");
}

sub open_chip {
  my $chip = $options{chip} // '';
  fail("cannot find GPIO chip character device '$chip'") if $chip !~ m{(?:^|/)\Q$name\E$} || $name eq '';
  fail("unable to open chip '/dev/$name': Permission denied") if -e path('denied');
}

# Node 20 fills the address of an abstract socket up with NULs, newer ones do not: the line has both addresses.
my @holding;

sub hold {
  fail("offset $line is out of range on chip '$name'") if $line >= ($lines // 0);
  my $chip = $tool eq 'gpioset' ? "'/dev/$name'" : "/dev/$name";
  for my $address ("\0$folder/$line", pack 'a108', "\0$folder/$line") {
    socket my $socket, AF_UNIX, SOCK_STREAM, 0 or fail("no socket: $!");
    bind $socket, pack_sockaddr_un($address)
      or fail("unable to request lines on chip $chip: Device or resource busy");
    listen $socket, 16;
    push @holding, $socket;
  }
  put('>', "$line.consumer", $options{consumer});
}

# Waits, and answers on the sockets: a test that has the answer knows that everything before this has been done.
sub wait_s {
  my ($limit_s) = @_;
  my $end = defined $limit_s ? time + $limit_s : undef;
  while (1) {
    my $left = defined $end ? $end - time : undef;
    return if defined $left && $left <= 0;
    my $asked = '';
    vec($asked, fileno $_, 1) = 1 for @holding;
    next if select($asked, undef, undef, $left) <= 0;
    for my $socket (grep { vec $asked, fileno $_, 1 } @holding) {
      accept my $asking, $socket or next;
      syswrite $asking, 'held';
      close $asking;
    }
  }
}

sub is_down { return (content("$line.pull") eq 'pull-up') != $inverts ? 1 : 0 }

sub changed_at { return (stat path("$line.pull"))[9] // 0 }

sub monitor {
  fail('only %e') if ($options{format} // '') ne '%e';
  my $debounce_s = seconds($options{'debounce-period'});
  my ($last, $changed, $settles_at) = (is_down(), changed_at(), undef);
  print "Monitoring line '$line'...\n" if $options{banner};
  while (1) {
    wait_s(POLL_S);
    my $now_changed = changed_at();
    ($changed, $settles_at) = ($now_changed, time + $debounce_s) if $now_changed != $changed;
    next if !defined $settles_at || time < $settles_at;
    undef $settles_at;
    next if is_down() == $last;
    $last = 1 - $last;
    print $last ? "1\n" : "2\n";
  }
}

sub set {
  my ($is_on) = @_;
  my $level = $is_on != $inverts ? '1' : '0';
  # A test that has seen the level may kill the tool at once.
  put('>>', "$line.trace", $level);
  put('>', "$line.level", $level);
}

sub play {
  my $is_on = ($value // '') eq '1' ? 1 : 0;
  my @periods = map { seconds($_) } split /,/, $options{toggle} // '';
  set($is_on);
  print "Setting line '$line'...\n" if $options{banner};
  exit 0 if @periods && $periods[0] == 0;
  wait_s() if !@periods;
  for (my $step = 0; ; $step = ($step + 1) % @periods) {
    wait_s($periods[$step]);
    $is_on = 1 - $is_on;
    set($is_on);
  }
}

if ($options{version}) {
  print "$tool (libgpiod) v", content('version'), "\n";
  exit 0;
}
open_chip();
if ($tool eq 'gpioinfo') {
  my $holder = -e path("$line.consumer") ? ' consumer=' . content("$line.consumer") : '';
  print "$name $line\tunnamed         \tinput$holder\n";
}
elsif ($tool eq 'gpioget') {
  my $pull = -e path("$line.pull") ? content("$line.pull") : 'pull-up';
  print $pull eq 'pull-up' ? "1\n" : "0\n";
}
elsif ($tool eq 'gpiomon') {
  hold();
  monitor();
}
elsif ($tool eq 'gpioset') {
  hold();
  play();
}
