#Requires -Version 5.1
#Requires -Modules Hyper-V
# The machine from outside: checkpoints, power, interrupts, and its disk while it is off.
Set-StrictMode -Version 3
# A module does not have its caller's preferences.
$ErrorActionPreference = 'Stop'

# Where the sensor keeps its slots and guard records, below the system volume. The one place to change it.
$script:StateDirectory = 'Windows\System32\drivers\Cofferdam'
$script:Slots = 'slot0.dam', 'slot1.dam'
$script:Guards = 'guard0.bin', 'guard1.bin'

function Restore-TestMachine {
    <#
    .SYNOPSIS
    Brings the machine to the checkpoint, made at the first call, and starts it.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName, [string] $Checkpoint = 'cofferdam-scenarios')

    if (-not (Get-VMSnapshot -VMName $VMName -Name $Checkpoint -ErrorAction SilentlyContinue)) {
        Checkpoint-VM -Name $VMName -SnapshotName $Checkpoint
    }
    Restore-VMSnapshot -VMName $VMName -Name $Checkpoint -Confirm:$false
    if ((Get-VM -Name $VMName).State -ne 'Running') {
        Start-VM -Name $VMName
    }
}

function Stop-TestMachine {
    <#
    .SYNOPSIS
    Cuts the power: no shutdown, no flush.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName)

    Stop-VM -Name $VMName -TurnOff -Force
}

function Send-TestInterrupt {
    <#
    .SYNOPSIS
    Injects a non-maskable interrupt, which stops the kernel with a dump.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName)

    Debug-VM -Name $VMName -InjectNonMaskableInterrupt -Force
}

function Start-TestMachine {
    <#
    .SYNOPSIS
    Starts the machine if it is off, and waits until its integration services answer.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $VMName, [int] $Seconds = 300)

    if ((Get-VM -Name $VMName).State -eq 'Off') {
        Start-VM -Name $VMName
    }
    $end = (Get-Date).AddSeconds($Seconds)
    # It begins with Ok when the services answer, whatever the applications inside say.
    while ("$((Get-VM -Name $VMName).Heartbeat)" -notlike 'Ok*') {
        if ((Get-Date) -gt $end) {
            throw "$VMName did not answer within $Seconds seconds"
        }
        Start-Sleep -Seconds 1
    }
}

function Edit-TestFile {
    <#
    .SYNOPSIS
    Corrupts one of the sensor's files on the machine's disk while it is off.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $VMName,
        # In the words of scenarios.toml.
        [Parameter(Mandatory)] [string] $File,
        [Parameter(Mandatory)] [string] $How,
        # The content version that ran last: it tells which slot was active.
        [Parameter(Mandatory)] [uint64] $Version
    )

    if ((Get-VM -Name $VMName).State -ne 'Off') {
        throw 'the disk of a running machine must not be changed'
    }
    $disk = Get-VMHardDiskDrive -VMName $VMName | Select-Object -First 1
    $mounted = Mount-VHD -Path $disk.Path -Passthru
    try {
        $volumes = $mounted | Get-Disk | Get-Partition | Get-Volume | Where-Object -Property DriveLetter
        $directory = $volumes | ForEach-Object { Join-Path "$($_.DriveLetter):\" $script:StateDirectory } |
            Where-Object { Test-Path -LiteralPath $_ } | Select-Object -First 1
        if ($null -eq $directory) {
            throw "no $script:StateDirectory on the machine's disk"
        }
        Edit-File -Path (Resolve-StateFile -Directory $directory -File $File -Version $Version) -How $How
    }
    finally {
        Dismount-VHD -Path $disk.Path
    }
}

# The path of a file of the scenarios' vocabulary. Content has its version 48 bytes into the file, a guard record its
# sequence number 8 bytes; both are eight bytes, little-endian.
function Resolve-StateFile([string] $Directory, [string] $File, [uint64] $Version) {
    $slots = $script:Slots | ForEach-Object { Join-Path $Directory $_ }
    $guards = $script:Guards | ForEach-Object { Join-Path $Directory $_ } | Where-Object { Test-Path -LiteralPath $_ } |
        Sort-Object -Property { [BitConverter]::ToUInt64([IO.File]::ReadAllBytes($_), 8) }
    $active = $slots | Where-Object {
        (Test-Path -LiteralPath $_) -and [BitConverter]::ToUInt64([IO.File]::ReadAllBytes($_), 48) -eq $Version
    }
    switch ($File) {
        'slot-active' { $active | Select-Object -First 1 }
        'slot-standby' { $slots | Where-Object { $_ -notin $active } | Select-Object -First 1 }
        'guard-newest' { $guards | Select-Object -Last 1 }
        'guard-oldest' { $guards | Select-Object -First 1 }
        default { throw "no such file: $File" }
    }
}

function Edit-File {
    <#
    .SYNOPSIS
    Corrupts a file: all zeros, half its length, one bit in its middle, or gone.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [Parameter(Mandatory)] [ValidateSet('zeros', 'truncate', 'flip', 'delete')] [string] $How
    )

    if ($How -eq 'delete') {
        Remove-Item -LiteralPath $Path
        return
    }
    $bytes = [IO.File]::ReadAllBytes($Path)
    $middle = [Math]::Floor($bytes.Length / 2)
    switch ($How) {
        'zeros' { $bytes = New-Object -TypeName byte[] -ArgumentList $bytes.Length }
        'truncate' { $bytes = $bytes[0..($middle - 1)] }
        'flip' { $bytes[$middle] = $bytes[$middle] -bxor 1 }
    }
    [IO.File]::WriteAllBytes($Path, $bytes)
}

Export-ModuleMember -Function Restore-TestMachine, Stop-TestMachine, Send-TestInterrupt, Start-TestMachine, Edit-TestFile, Edit-File
