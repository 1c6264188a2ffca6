#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Plays the scenarios on a Hyper-V machine that may be lost, and asserts what must be true after each.
.EXAMPLE
.\Invoke-Scenarios.ps1 -VMName cofferdam-test -Credential (Get-Credential) -Content C:\content -Results C:\results
.EXAMPLE
.\Invoke-Scenarios.ps1 -VMName cofferdam-test -Credential $c -Content C:\content -Results C:\results -Name 'cut-*'
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $VMName,
    # An administrator inside the machine.
    [Parameter(Mandatory)] [pscredential] $Credential,
    # The folder with good.dam, newer.dam and older.dam.
    [Parameter(Mandatory)] [string] $Content,
    # Where results and archives are written.
    [Parameter(Mandatory)] [string] $Results,
    # Which scenarios, with wildcards.
    [string] $Name = '*'
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
foreach ($module in 'Scenarios', 'Machine', 'Sensor') {
    Import-Module (Join-Path $PSScriptRoot "$module.psm1") -Force
}
$machine = @{ VMName = $VMName }
$sensor = @{ VMName = $VMName; Credential = $Credential }

function Wait-Version([string] $Runs, [hashtable] $Versions) {
    $wanted = if ($Runs -eq 'none') { 0 } else { $Versions[$Runs] }
    Wait-Sensor @sensor -Until { param($status) $status.content_version -eq $wanted }.GetNewClosure()
}

function Send-Upload([string] $Which) {
    $path = Join-Path $Content "$Which.dam"
    if ($Which -eq 'damaged') {
        $path = Join-Path $Results 'damaged.dam'
        Copy-Item -LiteralPath (Join-Path $Content 'newer.dam') -Destination $path -Force
        Edit-File -Path $path -How flip
    }
    Send-Content @sensor -Path $path
}

# A point of an update, as far as it can be seen from outside. The status is asked four times a second, so a cut comes up
# to that much later; that the slot's file is written cannot be seen at all, so the cut comes at a random moment.
function Wait-Point([string] $Point, [hashtable] $Versions) {
    $newer = $Versions['newer']
    if ($Point -eq 'healthy') {
        Wait-Point -Point 'active' -Versions $Versions
        Confirm-Content @sensor -Version $newer | Out-Null
    }
    $until = switch ($Point) {
        'written' { return Start-Sleep -Milliseconds (Get-Random -Maximum 500) }
        'tried' { { param($status) $status.highest -eq $newer } }
        'active' { { param($status) $status.content_version -eq $newer } }
        'healthy' { { param($status) $status.content_version -eq $newer -and -not $status.trial } }
        default { throw "no such point: $Point" }
    }
    Wait-Sensor @sensor -Until $until.GetNewClosure() | Out-Null
}

# Starts the machine, and again after each crash that is due. Returns how many starts it took.
function Start-UntilStable([int] $Crashes) {
    $starts = 0
    while ($true) {
        $starts++
        Start-TestMachine @machine
        $status = Wait-Sensor @sensor -Until { param($status) $null -ne $status.loaded_at }
        if ($Crashes -eq 0 -or $status.content_version -eq 0) {
            return $starts
        }
        $Crashes--
        Send-TestInterrupt @machine
        Start-Sleep -Seconds 20
    }
}

function Invoke-Scenario($Scenario, [hashtable] $Versions) {
    Restore-TestMachine @machine
    $status = Wait-Version -Runs 'good' -Versions $Versions
    $crashes = 0
    $starts = 0
    foreach ($step in $Scenario.Steps) {
        Write-Verbose "$($Scenario.Name): $step"
        $verb, $first, $second = $step -split ' '
        switch ($verb) {
            'upload' {
                Send-Upload -Which $first
                if ($crashes -gt 0 -and $first -ne 'damaged') {
                    Wait-Point -Point 'active' -Versions $Versions
                    $crashes--
                    Send-TestInterrupt @machine
                }
            }
            'wait' { Wait-Point -Point $first -Versions $Versions }
            'cut' { Stop-TestMachine @machine }
            'bugcheck' { Stop-Kernel @sensor }
            'nmi' { Send-TestInterrupt @machine }
            'crash-when-active' { $crashes = [int] $first }
            'corrupt' {
                # A stopped driver's files are changed with the machine off, too.
                if ((Get-VM @machine).State -ne 'Off') {
                    Stop-VM @machine -Force
                }
                Edit-TestFile @machine -File $first -How $second -Version $status.content_version
            }
            'start' { $starts = Start-UntilStable -Crashes $crashes }
            'stop' { Set-SensorService @sensor -Verb stop }
            'load' {
                Start-TestMachine @machine
                Set-SensorService @sensor -Verb start
            }
            default { throw "no such step: $step" }
        }
        $now = Get-SensorStatus @sensor
        if ($null -ne $now) {
            $status = $now
        }
    }
    Wait-Version -Runs $Scenario.Runs -Versions $Versions | Out-Null
    if ($starts -ne $Scenario.Starts) {
        throw "it took $starts starts, not $($Scenario.Starts)"
    }
}

New-Item -ItemType Directory -Force -Path $Results | Out-Null
$collect = Join-Path $PSScriptRoot '..\..\inf\test-vm\Get-Dumps.ps1'
$versions = @{}
foreach ($which in 'good', 'newer', 'older') {
    # The header's content version: eight bytes, little-endian, 48 bytes into the file.
    $bytes = [IO.File]::ReadAllBytes((Join-Path $Content "$which.dam"))
    $versions[$which] = [BitConverter]::ToUInt64($bytes, 48)
}
$outcomes = foreach ($scenario in (Read-Scenario -Path (Join-Path $PSScriptRoot 'scenarios.toml'))) {
    if ($scenario.Name -notlike $Name) {
        continue
    }
    $fault = $null
    try {
        Invoke-Scenario -Scenario $scenario -Versions $versions
    }
    catch {
        $fault = "$_"
    }
    # Whatever came of it: what is on the machine now is gone with the next checkpoint.
    $archive = Join-Path $Results "$($scenario.Name).zip"
    try {
        Save-SensorState @sensor -Script $collect -Destination $archive
    }
    catch {
        Write-Warning "nothing could be collected after $($scenario.Name): $_"
        $archive = $null
    }
    [pscustomobject]@{ Name = $scenario.Name; Passed = $null -eq $fault; Fault = $fault; Archive = $archive }
}
$outcomes | ConvertTo-Json | Set-Content -LiteralPath (Join-Path $Results 'results.json')
$outcomes
if ($outcomes | Where-Object -Property Passed -EQ $false) {
    exit 1
}
