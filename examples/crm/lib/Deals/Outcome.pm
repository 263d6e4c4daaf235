package Deals::Outcome;
# Outcome: which deals were won, lost, or are open. No single column is believed alone: "is won" is false for open deals
# too, and a stage does not end where a status does. What says it, the stronger first:
#
#	values that MAP names; flags (is won with is closed or is lost); a status; a stage
#
# Two that contradict each other are an error. A label that is neither known as won, lost or open is listed with its
# count; one that looks like an end, or labels where only wins or only losses are known, stop the run.
#
#	learn(row, line) of each row, then settle, then read(row): ('t', 'f' or undef for open) or (undef, what is wrong)
use strict;
use warnings;
use utf8;
use Deals::Say;
use Deals::Text;

my %truth = ((map { $_ => 1 } qw(true t yes y 1 ya ja oui si sí بله بلی)), (map { $_ => 0 } qw(false f no n 0 tidak nein non خیر نه)));
my $prefix = qr/(?:\d+[\W_]+)?(?:(?:deal|opportunity|closed|tutup|ditutup)[\W_]*){0,2}/;
my $win = qr/(?:won|win|menang|برنده|برنده شد|برنده شده|برد|gewonnen|ganad[ao]|gagnée?)/;
my $loss = qr/(?:lost|loss|kalah|باخته|باخت|از دست رفته|verloren|perdid[ao]|perdue?)/;
my $remark = qr/\s*[-–—:(|,\/].*/;	# "Closed Won (Sales Pipeline)", "Lost - no budget"
my $is_open = qr/^(?:open|opened|in progress|ongoing|pending|active|new|terbuka|باز|جاری|offen)$/;
my $looks_ended = qr/(?<!\p{L})(?:won|win|lost|lose|loss|closed|dead|cancell?ed|abandoned|rejected|declined|disqualified|unqualified|churned|dropped|expired|withdrawn|signed|failed|no decision|menang|kalah|batal|gagal|برنده|باخته|لغو)(?!\p{L})/;

sub truth { my ($value) = @_; return length $value < 8 ? $truth{ fold($value) } : undef }

# 't', 'f', '' for open; undef for a label that isn't known.
sub meaning {
	my ($label) = @_;
	my $text = fold($label);
	my $words = words($label) =~ s/closed(?=won|lost)/closed /r;
	return '' if $words =~ $is_open;
	my $won = $words =~ /(?<!\p{L})$win(?!\p{L})/;
	my $lost = $words =~ /(?<!\p{L})$loss(?!\p{L})/;
	return if !$won == !$lost;
	return 't' if $words =~ /^$prefix$win(?: deal)?(?: 100)?$/ || $text =~ /^$prefix$win$remark$/;
	return 'f' if $words =~ /^$prefix$loss(?: deal)?(?: 0)?$/ || $text =~ /^$prefix$loss(?:$remark| (?:to|due)\s.*)$/;
	return;
}

sub new {
	my ($class, $table, $place, $asked) = @_;
	my %place = map { $_ => $place->{$_} } grep defined $place->{$_}, qw(is_won is_lost is_closed status stage);
	my $outcome = bless { table => $table, place => \%place, asked => $asked, met => {}, known => {} }, $class;
	if (defined $place->{won}) {	# what MAP names comes before all others
		%place = () if $asked->{won};
		$place{ $asked->{won} ? 'named' : 'is_won' } = $place->{won};
	}
	return $outcome;
}

sub name_of { my ($outcome, $role) = @_; return $outcome->{table}{header}[ $outcome->{place}{$role} ] }

# Counts what the columns hold; all of them in one key, since few such keys are met.
sub learn {
	my ($outcome, $row) = @_;
	$outcome->{met}{ join "\0", @$row[ @{ $outcome->{counted} //= [ values %{ $outcome->{place} } ] } ] }++;
	return;
}

# role => { value => rows }
sub counts {
	my ($outcome) = @_;
	my @role = keys %{ $outcome->{place} };
	my %count = map { $_ => {} } @role;
	while (my ($key, $rows) = each %{ $outcome->{met} }) {
		my @value = split /\0/, $key, -1;
		$count{ $role[$_] }{ $value[$_] } += $rows for 0 .. $#role;
	}
	return \%count;
}

# Finds what each column is by what it holds, and stops where that is not enough.
sub settle {
	my ($outcome) = @_;
	my $place = $outcome->{place};
	my $count = $outcome->{count} = $outcome->counts;
	return $outcome->settle_named if defined $place->{named};
	for my $role (grep defined $place->{$_}, qw(is_won is_lost is_closed)) {
		next unless grep $_ ne '' && !defined truth($_), keys %{ $count->{$role} };
		$place->{label} = $place->{is_won} if $role eq 'is_won';	# no flag: won, lost, ...
		delete $place->{$role};
	}
	if (defined $place->{label} && $outcome->{asked}) { delete @$place{qw(status stage)} }
	my @role = $outcome->use_roles;
	$outcome->{is_alone} = @role == 1 && $role[0] eq 'is_won';
	return unless "@role" =~ /^(?:is_closed|is_lost)?$/ || $outcome->{is_alone} && plain($outcome->name_of('is_won')) ne 'won' && !$outcome->{asked};
	my $name = @role ? quoted($outcome->name_of($role[0])) : 'nothing';
	stop("$outcome->{table}{file}: $name alone does not tell the lost deals from the open ones",
		'export the column that says whether a deal is closed, or its stage or status, too; or MAP="won=COLUMN:WON/LOST" names the values of a column');
}

# The columns that count, the stronger first.
sub use_roles {
	my ($outcome) = @_;
	my $place = $outcome->{place};
	$outcome->{roles} = [ grep defined $place->{$_}, qw(named is_won is_lost is_closed label status stage) ];
	$outcome->{places} = [ @$place{ @{ $outcome->{roles} } } ];
	return @{ $outcome->{roles} };
}

sub settle_named {
	my ($outcome) = @_;
	$outcome->use_roles;
	my %met;
	$met{ fold($_) } += $outcome->{count}{named}{$_} for keys %{ $outcome->{count}{named} };
	my %is = map({ fold($_) => 't' } @{ $outcome->{asked}{won} }), my %lost = map { fold($_) => 'f' } @{ $outcome->{asked}{lost} };
	my @nowhere = grep !$met{ fold($_) }, @{ $outcome->{asked}{won} }, @{ $outcome->{asked}{lost} };
	my $name = quoted($outcome->name_of('named'));
	stop("MAP: no deal has " . quoted(@nowhere) . " in column $name, whose values are " . counted($outcome->{count}{named}),
		'MAP="won=COLUMN:WON/LOST" with values of that list; quotes (") go around one with , : / or |, and another of a kind comes behind |') if @nowhere;
	my @both = grep $is{$_} && $lost{$_}, keys %is;
	stop('MAP: ' . quoted(@both) . ' is named as won and as lost', 'name it once') if @both;
	$outcome->{named} = { %is, %lost };
	return;
}

# What the flags say: 't', 'f', '' for open; 'not won' for lost or open; undef for nothing. Or (undef, what is wrong).
sub by_flags {
	my ($outcome, $row) = @_;
	my ($won, $lost, $closed) = map { defined $outcome->{place}{$_} ? truth($row->[ $outcome->{place}{$_} ]) : undef } qw(is_won is_lost is_closed);
	return (undef, 'says won, another one lost') if $won && $lost;
	return (undef, 'says that the deal has ended, another one that it is not closed') if defined $closed && !$closed && ($won || $lost);
	return $won ? 't' : 'f' if $won || $lost;
	return '' if defined $closed && !$closed || defined $won && defined $lost && !$closed;
	return (undef, 'says that the deal is closed, the others neither won nor lost') if defined $won && defined $lost;
	return defined $won ? 'f' : defined $lost ? 't' : undef if $closed;
	return defined $won ? 'not won' : undef;
}

# What the labels say, the stronger column first: (meaning, label, role of the column).
sub by_labels {
	my ($outcome, $row) = @_;
	my @said;
	for my $role (grep defined $outcome->{place}{$_}, qw(label status stage)) {
		my $label = $row->[ $outcome->{place}{$role} ];
		next if $label eq '';
		my $known = $outcome->{meaning}{$role}{$label} //= [ $role eq 'label' && defined truth($label) ? (truth($label) ? 't' : 'f') : meaning($label) ];
		push @said, [ $known->[0], $label, $role ];
	}
	return @said;
}

# ('t', 'f' or '' for open) or (undef, what is wrong, the role of the column).
sub read {
	my ($outcome, $row) = @_;
	my $verdict = $outcome->{known}{ join "\0", @$row[ @{ $outcome->{places} } ] } //= $outcome->judge($row);
	$verdict->{rows}++;
	return defined $verdict->{is} ? $verdict->{is} : @$verdict{qw(is why role)};
}

# The verdict on a row: { is } with the { label } it was read from, { unplaced } where that isn't known; or { why, role }.
sub judge {
	my ($outcome, $row) = @_;
	my $place = $outcome->{place};
	if (defined $place->{named}) {
		my $label = $row->[ $place->{named} ];
		return { is => $outcome->{named}{ fold($label) } // '', label => $label };
	}
	my ($flag, $wrong) = $outcome->by_flags($row);
	my ($flag_role) = grep defined $place->{$_}, qw(is_won is_lost is_closed);
	return { why => $wrong, role => $flag_role } if defined $wrong;
	return { is => $flag eq 'not won' ? 'f' : $flag } if $outcome->{is_alone} && defined $flag;
	my @said = $outcome->by_labels($row);
	my ($first) = grep defined $_->[0], @said;
	for (grep defined $_->[0] && $_->[0] ne '', @said) {
		my ($meaning, $label, $role) = @$_;
		return { why => 'is ' . quoted($label) . ', and ' . quoted($outcome->name_of($flag_role)) . ' says otherwise', role => $role }
		  if defined $flag && $flag ne $meaning && !($flag eq 'not won' && $meaning eq 'f');
		return { why => 'is ' . quoted($label) . ', and ' . quoted($outcome->name_of($first->[2])) . ' is ' . quoted($first->[1]), role => $role } if $meaning ne $first->[0];
	}
	return { is => $flag } if defined $flag && $flag ne 'not won';
	return { is => $first->[0], label => $first->[1] } if $first;
	return { is => '' } unless @said;
	my (undef, $label, $role) = @{ $said[-1] };
	return $role eq 'label' ? { why => quoted($label) . ' is neither won nor lost', role => $role } : { is => '', label => $label, unplaced => $role };
}

# How many rows were read from which label, by what it means; and those of labels that aren't known.
sub met {
	my ($outcome) = @_;
	my %met = (t => {}, f => {}, '' => {});
	my (%unplaced, $role);
	for (values %{ $outcome->{known} }) {
		next unless defined $_->{label} && defined $_->{is};
		$met{ $_->{is} }{ $_->{label} } += $_->{rows};
		next unless defined $_->{unplaced};
		$unplaced{ $_->{label} } += $_->{rows};
		$role = $_->{unplaced};
	}
	return (\%met, \%unplaced, $role // $outcome->{roles}[0]);
}

# Stops where what was read is not enough for a win rate; else tells how the labels were read.
sub told {
	my ($outcome, $won, $lost) = @_;
	my ($met, $unplaced, $role) = $outcome->met;
	my $column = $outcome->name_of($role);
	my $step = 'MAP="won=' . ($column =~ /[,:=\/"]/ ? '\"' . shown($column) . '\"' : shown($column)) . ':WON/LOST" names the values that mean won and lost; all others are open then';
	my $where = "$outcome->{table}{file}, column " . quoted($column);
	stop("$where: no deal is known as won or lost" . (%$unplaced ? '. The values are ' . counted($unplaced) : ''), $step) unless $won || $lost;
	my @ended = grep words($_) =~ $looks_ended, keys %$unplaced;
	stop("$where: won or lost? " . counted({ map { $_ => $unplaced->{$_} } @ended })
		. '. Of the others, won: ' . (counted($met->{t}) || 'none') . '; lost: ' . (counted($met->{f}) || 'none'), $step) if @ended;
	stop("$where: no value is known as " . ($won ? 'lost' : 'won') . ', and these are neither: ' . counted($unplaced), $step) if %$unplaced && !($won && $lost);
	return map { my ($name, $count) = @$_; %$count ? "$name: " . counted($count) : () } [ won => $met->{t} ], [ lost => $met->{f} ], [ open => $met->{''} ];
}

1;
